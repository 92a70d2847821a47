"""What each training option gains over a base: one training a variant and seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Sequence

from bot.evaluate.nlu import evaluate_nlu
from bot.evaluate.options import train_config
from bot.evaluate.task import Task
from catalog.settings import Settings

Progress = Callable[[str], None]
#: Called with a variant and its figures as soon as they are known.
Told = Callable[[str, dict[str, Any]], None]

BASE = "the base"
#: Options that are tried where none are named; those that learn from unlabelled texts are last.
VARIANTS = (
    "method=lora",
    "method=adalora",
    "method=ia3",
    "method=prefix",
    "label_smoothing=0",
    "prototypes=no",
    "layer_decay=0.9",
    "average=0.99",
    "words=yes",
    "fgm=1.0",
    "rdrop=1.0",
    "contrastive=0.5",
    "contrastive_epochs=2",
    "word_dropout=0.2",
    "spelling=0.2",
    "synonyms=0.2",
    "compose=0.3",
    "neighbours=0.4",
    "probe=0.3",
    "ensemble=3",
    "adapt=tsdae",
    "adapt=simcse",
    "self_train=1",
)
#: These need texts without labels.
UNLABELLED = ("adapt", "self_train")


def evaluate_options(
    task: Task,
    base: Sequence[str],
    variants: Sequence[str],
    settings: Settings,
    seeds: Sequence[int],
    told: Told,
    progress: Progress,
) -> dict[str, Any]:
    """Train the base, and each variant of it, once for every seed.

    Parameters
    ----------
    base
        ``name=value`` options of the base.
    variants
        The same of each variant, beside those of the base; several of one variant with commas.

    Returns
    -------
    By variant, the base first: the figures of `bot.evaluate.nlu`, ``gained``, the difference of
    the accuracy to the base's, and ``seeds``, how many there were.

    Raises
    ------
    ShoptalkError
        For an option that there is not, before anything is trained.
    """
    labelled = replace(task, unlabelled="")
    tasks = {BASE: labelled}
    for variant in variants:
        with_others = task if variant.startswith(UNLABELLED) else labelled
        if task.unlabelled or with_others is labelled:
            config = train_config([*base, *variant.split(",")], task.config.seed)
            tasks[variant] = replace(with_others, config=config)
    found: dict[str, Any] = {}
    for variant, own in tasks.items():
        progress(f"{variant}, {len(found) + 1}. of {len(tasks)}")
        figures = evaluate_nlu(own, settings, seeds, progress)
        figures.pop("runs", None)
        before = found.get(BASE, figures)["accuracy"]
        found[variant] = {
            **figures,
            "gained": round(figures["accuracy"] - before, 4),
            "seeds": len(seeds),
        }
        told(variant, found[variant])
    return found
