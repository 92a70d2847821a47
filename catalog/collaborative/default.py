"""Which model a catalogue gets."""

from __future__ import annotations

from typing import Any, Optional

from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.base import CollaborativeModel
from catalog.collaborative.blend import Blend, BlendConfig
from catalog.collaborative.ease import Ease
from catalog.collaborative.hybrid import Content, Hybrid, HybridConfig


def default_model(
    products: int, content: Optional[Content] = None, config: Any = None
) -> CollaborativeModel:
    """The model for a catalogue of this size: with EASE while it can hold it, else ALS alone.

    Parameters
    ----------
    content
        What is known of the products, where something is.
    config
        That of the model; by default the usual one.

    >>> default_model(1_000).name, default_model(100_000).name
    ('blend', 'als')
    """
    if products > Ease.LIMIT:
        return Als(config or AlsConfig(factors=64))
    if content is not None:
        return Hybrid(content, config or HybridConfig())
    return Blend(config or BlendConfig())
