"""``shoptalk evaluate understanding``: the trained assistant on messages labelled by hand."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Optional

import typer

from bot.cli.keep_option import KeepOption, keep
from bot.cli.processes import latest_model
from bot.cli.shop_option import ShopOption, settings_for
from catalog.settings import ROOT


class UnderstandingPeer(str, Enum):
    """What the assistant can be compared with."""

    diet = "diet"


#: The files with examples of intents.
EXAMPLES = ("nlu", "service", "context")
WARM_UP = 5


def register(group: typer.Typer) -> None:
    """Add the command to ``shoptalk evaluate``."""

    @group.command()
    def understanding(
        cases: Path = typer.Option(..., "--cases", help="JSONL of {text, lang, intents, after}."),
        peer: Optional[UnderstandingPeer] = typer.Option(
            None, "--peer", help="Train Rasa's default pipeline on the same examples, too."
        ),
        peer_epochs: int = typer.Option(100, "--peer-epochs", min=1, help="The peer's epochs."),
        seed: int = typer.Option(0, "--seed", min=0, help="Of the peer's training."),
        kept: KeepOption = "",
        as_json: bool = typer.Option(False, "--json", help="Print JSON only."),
        shop: ShopOption = None,
    ) -> None:
        """How many messages get the intents that they have; several, and in context."""
        from bot.evaluate.labelled import Columns, read_labelled
        from bot.evaluate.understanding import evaluate_peer, evaluate_understanding, read_cases
        from bot.nlu.shop_vocabulary import ShopVocabulary
        from bot.nlu.understanding import Meaning, meaning, request, spoken, trained_classifier
        from catalog.encoders.base import to_stderr
        from catalog.shop import Shop

        read = read_cases(cases)
        settings = settings_for(shop)
        Shop.open(settings.shop_dir).close()
        classifier = trained_classifier(latest_model(), settings)
        vocabulary = ShopVocabulary(settings.shop_dir).current()

        def understand(text: str, after: str) -> Meaning:
            words = spoken(text)
            found = meaning(classifier, words, after)
            request(words, vocabulary, found.roles)
            return found

        for case in read[:WARM_UP]:
            understand(case.text, case.after)
        figures = evaluate_understanding(read, understand)
        if peer is not None:
            examples = [
                (example.text, example.label)
                for path in sorted((ROOT / "nlu_data").glob("*/*.yml"))
                if path.stem in EXAMPLES
                for example in read_labelled(str(path), Columns())
            ]
            figures["peer"] = evaluate_peer(read, examples, peer_epochs, seed, to_stderr)
        if kept:
            keep("understanding", kept, figures)
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
