"""``shoptalk evaluate nlu``: intents learned from labelled texts that anyone brings."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for


class Method(str, Enum):
    """What of the encoder is trained."""

    full = "full"
    lora = "lora"
    adalora = "adalora"
    ia3 = "ia3"
    prefix = "prefix"


class Peer(str, Enum):
    """What the classifier can be compared with."""

    diet = "diet"


PATHS = "CSV, JSON, JSONL, Rasa YAML, a folder, a .zip, or file.json#split; several with commas."
TrainOption = Annotated[str, typer.Option("--train", help=f"Labelled texts: {PATHS}")]
TestOption = Annotated[str, typer.Option("--test", help="Labelled texts to score, the same way.")]
ValidOption = Annotated[
    str,
    typer.Option(
        "--valid",
        help="Labelled texts to stop training and choose the threshold by, out-of-scope ones "
        "among them where there are any; without them a part of --train is held out.",
    ),
]
UnlabelledOption = Annotated[
    str, typer.Option("--unlabelled", help="Texts for the options that learn from such.")
]
TextColumn = Annotated[
    Optional[str], typer.Option("--text-column", help="The column of the text, if it is unclear.")
]
LabelColumn = Annotated[
    Optional[str], typer.Option("--label-column", help="The column of the label, if it is unclear.")
]
ShotsOption = Annotated[
    Optional[int], typer.Option("--shots", min=1, help="Train on so many texts a label.")
]
OosOption = Annotated[
    str, typer.Option("--oos", help="The label of texts that are out of scope, if they have one.")
]
ThresholdOption = Annotated[
    Optional[float],
    typer.Option(
        "--threshold", min=0, max=1, help="Confidence below which a text is out of scope."
    ),
]
OptionOption = Annotated[
    Optional[list[str]],
    typer.Option("--option", help="name=value, a training option; may be repeated."),
]
MethodOption = Annotated[Optional[Method], typer.Option("--method", help="How to train.")]
EpochsOption = Annotated[Optional[int], typer.Option("--epochs", min=1, help="How long to train.")]
SaveOption = Annotated[
    Optional[Path], typer.Option("--save", help="A folder to keep the trained classifier in.")
]
PeerOption = Annotated[
    Optional[Peer], typer.Option("--peer", help="Train and score Rasa's default pipeline, too.")
]


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def nlu(
        train: TrainOption,
        test: TestOption,
        valid: ValidOption = "",
        unlabelled: UnlabelledOption = "",
        text_column: TextColumn = None,
        label_column: LabelColumn = None,
        shots: ShotsOption = None,
        oos: OosOption = "",
        threshold: ThresholdOption = None,
        method: MethodOption = None,
        epochs: EpochsOption = None,
        option: OptionOption = None,
        exact: bool = typer.Option(False, "--exact", help="Score in fp32, not in int8."),
        repeat: int = typer.Option(1, "--repeat", min=1, help="So many seeds, one after another."),
        save: SaveOption = None,
        report: bool = typer.Option(False, "--report", help="Figures of each label, too."),
        peer: PeerOption = None,
        peer_only: bool = typer.Option(False, "--peer-only", help="Score only the peer."),
        peer_epochs: int = typer.Option(100, "--peer-epochs", min=1, help="The peer's epochs."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of draws and training; the first one."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """Train intents on labelled texts and score them on others, out-of-scope ones included."""
        from bot.evaluate.labelled import Columns
        from bot.evaluate.nlu import evaluate_nlu
        from bot.evaluate.options import train_config
        from bot.evaluate.task import Task
        from catalog.encoders.base import to_stderr

        options = list(option or [])
        options += [f"method={method.value}"] if method else []
        options += [f"epochs={epochs}"] if epochs else []
        task = Task(
            train=train,
            test=test,
            valid=valid,
            unlabelled=unlabelled,
            columns=Columns(text_column, label_column),
            out_of_scope=oos,
            shots=shots,
            threshold=threshold,
            config=train_config(options, seed),
            exact=exact,
            ours=not peer_only,
            peer_epochs=peer_epochs if peer or peer_only else None,
            report=report,
            save=save,
        )
        figures = evaluate_nlu(task, settings_for(shop), range(seed, seed + repeat), to_stderr)
        if kept:
            keep("nlu", kept, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
