"""How the tagger is trained."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Mapping

from bot.nlu.training.config import FULL, TrainConfig
from catalog.errors import ShoptalkError


def encoder_defaults() -> TrainConfig:
    """How the encoder is trained where nothing is said."""
    return TrainConfig(
        method=FULL,
        learning_rate=1e-4,
        head_learning_rate=3e-3,
        batch=64,
        epochs=5,
        patience=3,
        average=0.99,
        label_smoothing=0.0,
        max_tokens=128,
    )


@dataclass(frozen=True)
class TaggerConfig:
    """Options of the tagger, beside those of the encoder's training.

    Defaults were chosen on texts of the training set whose words training did not have, see
    ``unseen.apart``; BENCHMARKS.md says on which.
    """

    encoder: TrainConfig = field(default_factory=encoder_defaults)
    """Method, rates, epochs, FGM and averaging; see there. ``label_smoothing`` above zero adds the
    smoothed cross-entropy of each tag by itself to the loss of the whole."""
    head_dropout: float = 0.2
    """Dropout of what the head reads."""
    sample: float = 0.1
    """Share of the texts that an epoch draws."""
    balance: float = 0.5
    """Texts of rare words are drawn more often: by their words' frequency to minus this power."""
    compose: float = 2.0
    """So many texts made of words of the others are added, for each that is drawn."""
    mask: float = 0.1
    """Share of the words whose tokens are hidden."""
    members: int = 1
    """So many taggers of different seeds are trained; the mean of their weights is kept."""

    def __post_init__(self) -> None:
        if not 0 < self.sample <= 1:
            raise ShoptalkError(f"The sample is a share above 0 and up to 1, not {self.sample}.")
        if not 0 <= self.mask < 1:
            raise ShoptalkError(f"The mask is a share from 0 and below 1, not {self.mask}.")
        if self.compose < 0 or self.members < 1:
            raise ShoptalkError("Less than no composed texts, or than one member, make no sense.")

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> TaggerConfig:
        """Take options by name; those of the encoder's training stand among the others.

        Raises
        ------
        ShoptalkError
            For a name that there is not.
        """
        own = {f.name for f in fields(cls)} - {"encoder"}
        usual = encoder_defaults()
        inner = {f.name: getattr(usual, f.name) for f in fields(TrainConfig)}
        for name in options:
            if name not in own and name not in inner:
                known = ", ".join(sorted(own | set(inner)))
                raise ShoptalkError(f"There is no option {name!r} of a tagger: choose of {known}.")
        inner.update({name: value for name, value in options.items() if name in inner})
        return cls(
            encoder=TrainConfig.of(inner),
            **{name: value for name, value in options.items() if name in own},
        )
