"""``shoptalk evaluate options``: what each training option gains, on anyone's texts."""

from __future__ import annotations

import json
from typing import Annotated, Optional

import typer

from bot.cli.evaluate_nlu import (
    LabelColumn,
    OptionOption,
    ShotsOption,
    TestOption,
    TextColumn,
    TrainOption,
    UnlabelledOption,
)
from bot.cli.keep_option import KeepOption, keep
from bot.cli.shop_option import ShopOption, settings_for

EachOption = Annotated[
    Optional[list[str]],
    typer.Option(
        "--each", help="name=value, several with commas: one variant; the usual ones without it."
    ),
]


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def options(
        train: TrainOption,
        test: TestOption,
        unlabelled: UnlabelledOption = "",
        text_column: TextColumn = None,
        label_column: LabelColumn = None,
        shots: ShotsOption = None,
        option: OptionOption = None,
        each: EachOption = None,
        repeat: int = typer.Option(2, "--repeat", min=1, help="So many seeds, one after another."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of draws and training; the first one."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """What each training option gains over a base, on texts that are not the test's."""
        from bot.evaluate.labelled import Columns
        from bot.evaluate.option_gains import VARIANTS, evaluate_options
        from bot.evaluate.options import train_config
        from bot.evaluate.task import Task
        from catalog.encoders.base import to_stderr

        task = Task(
            train=train,
            test=test,
            unlabelled=unlabelled,
            columns=Columns(text_column, label_column),
            shots=shots,
            config=train_config(option or [], seed),
        )

        def told(variant: str, figures: dict) -> None:
            if kept:
                keep("options", f"{kept}, {variant}", figures)

        found = evaluate_options(
            task,
            list(option or []),
            each or VARIANTS,
            settings_for(shop),
            range(seed, seed + repeat),
            told,
            to_stderr,
        )
        typer.echo(json.dumps(found, ensure_ascii=False, indent=None if as_json else 2))
