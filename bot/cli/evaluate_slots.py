"""``shoptalk evaluate slots`` and ``roles``: spans found in texts."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for
from catalog.errors import ShoptalkError
from catalog.settings import ROOT


class SlotPeer(str, Enum):
    """What the tagger can be compared with."""

    diet = "diet"


FORMS = "`token:tag …` lines, CoNLL columns, or JSON lines of {tokens, tags}."
TrainOption = Annotated[Path, typer.Option("--train", help=f"Tagged texts: {FORMS}")]
TestOption = Annotated[
    Optional[Path], typer.Option("--test", help="Tagged texts to score, in the same forms.")
]
ValidOption = Annotated[
    Optional[Path], typer.Option("--valid", help="Tagged texts that decide which epoch is kept.")
]
UnseenOption = Annotated[
    Optional[float],
    typer.Option(
        "--unseen-words",
        min=0.01,
        max=0.99,
        help="Instead of --test: keep this share of the words from training and score texts made "
        "of them. Options can be chosen by it without the test.",
    ),
]
EpochsOption = Annotated[Optional[int], typer.Option("--epochs", min=1, help="How long to train.")]
OptionOption = Annotated[
    Optional[list[str]],
    typer.Option("--option", help="name=value, a training option; may be repeated."),
]
SaveOption = Annotated[
    Optional[Path], typer.Option("--save", help="A folder to keep the trained tagger in.")
]
PeerOption = Annotated[
    Optional[SlotPeer], typer.Option("--peer", help="Train and score Rasa's default pipeline, too.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to ``shoptalk evaluate``."""

    @group.command()
    def slots(
        train: TrainOption,
        test: TestOption = None,
        valid: ValidOption = None,
        unseen_words: UnseenOption = None,
        epochs: EpochsOption = None,
        option: OptionOption = None,
        report: bool = typer.Option(False, "--report", help="Figures of each label, too."),
        save: SaveOption = None,
        peer: PeerOption = None,
        peer_only: bool = typer.Option(False, "--peer-only", help="Score only the peer."),
        peer_epochs: int = typer.Option(100, "--peer-epochs", min=1, help="The peer's epochs."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of draws and training."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """Train a tagger on tagged texts and score its spans on others."""
        from bot.evaluate.slots import SlotTask, evaluate_slots
        from catalog.encoders.base import to_stderr

        if (test is None) == (unseen_words is None):
            raise ShoptalkError("Say what to score: either --test or --unseen-words.")
        options = [*(option or []), *([f"epochs={epochs}"] if epochs else [])]
        task = SlotTask(
            train=train,
            test=test,
            valid=valid,
            config=tagger_config(options, seed),
            unseen=unseen_words,
            ours=not peer_only,
            peer_epochs=peer_epochs if peer or peer_only else None,
            report=report,
            save=save,
        )
        figures = evaluate_slots(task, settings_for(shop), to_stderr)
        if kept:
            keep("slots", kept, figures)
        _print(figures, as_json)

    @group.command()
    def roles(
        folder: Path = typer.Option(
            ROOT / "nlu_data", "--data", help="A folder with <language>/spans.yml."
        ),
        seed: int = typer.Option(0, "--seed", min=0, help="Of folds, composition and training."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """Cross-validate the tagger that tells what each word of a message is there for."""
        from bot.evaluate.slots import evaluate_roles
        from catalog.encoders.base import to_stderr

        _print(evaluate_roles(folder, settings_for(shop), seed, to_stderr), as_json)


def tagger_config(options: list[str], seed: int) -> Any:
    """A tagger's configuration from ``name=value`` options.

    >>> tagger_config(["mask=0.2", "epochs=3"], 7).encoder.epochs
    3

    Raises
    ------
    ShoptalkError
        For a name that does not exist, or a value that does not fit it.
    """
    from bot.nlu.tagging.config import TaggerConfig

    usual = TaggerConfig()
    chosen: dict[str, Any] = {}
    for one in options:
        name, equals, text = (part.strip() for part in one.partition("="))
        if not equals:
            raise ShoptalkError(f"There is no value in {one!r}: write name=value.")
        known = getattr(usual, name, None) if hasattr(usual, name) else None
        known = getattr(usual.encoder, name, "") if known is None else known
        chosen[name] = _value(name, text, known)
    return TaggerConfig.of({**chosen, "seed": seed})


def _value(name: str, text: str, usual: Any) -> Any:
    if isinstance(usual, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(usual, bool):
        if text.casefold() not in ("true", "false"):
            raise ShoptalkError(f"The training option {name} is true or false, not {text!r}.")
        return text.casefold() == "true"
    if isinstance(usual, str):
        return text
    kind = int if isinstance(usual, int) or name == "threads" else float
    try:
        return kind(text)
    except ValueError as error:
        what = "a whole number" if kind is int else "a number"
        raise ShoptalkError(f"The training option {name} is {what}, not {text!r}.") from error


def _print(figures: dict[str, Any], as_json: bool) -> None:
    typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
