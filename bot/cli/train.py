"""``shoptalk train``: train the assistant, where anything that it is trained from has changed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Iterator, Optional

import typer

from bot.cli.shop_option import ShopOption, settings_for
from bot.launch import BOT
from catalog.errors import ShoptalkError
from catalog.settings import ROOT, Settings

DATA = ROOT / "nlu_data"
MODELS = BOT / "models"
PREFIX = "shoptalk-"
#: What Rasa trains from; other files in the data folder (replies, FAQ) are read at run time.
TRAINED_FROM = re.compile(r"^(nlu|rules|stories|responses|spans):", re.MULTILINE)
#: Code that decides what training produces.
SOURCES = (
    "nlu/calibration.py",
    "nlu/classifier.py",
    "nlu/intent_component.py",
    "nlu/training",
    "nlu/tagging/annotations.py",
    "nlu/tagging/crf.py",
    "nlu/tagging/roles.py",
    "nlu/tagging/roles_train.py",
)
LOG_LINES = 20
#: A server that still runs on the model before this one has its encoder open.
ENCODERS_KEPT = 2


class Trained(str, Enum):
    """What can be trained."""

    assistant = "assistant"
    ranker = "ranker"
    drift = "drift"
    reader = "reader"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def train(
        what: Trained = typer.Argument(Trained.assistant, help="What to train."),
        force: bool = typer.Option(False, "--force", help="Train even where nothing changed."),
        events: Optional[Path] = typer.Option(
            None, "--events", help="For drift: another log than the shop's, by path."
        ),
        seed: int = typer.Option(0, "--seed", min=0, help="For drift: of all that is drawn."),
        shop: ShopOption = None,
    ) -> None:
        """Train the assistant, whose model serves every shop; on its events a shop's ranker, or
        what notices that a shopper's interest has moved on (drift); or the part of that which reads
        titles and words, alone, for every shop (reader)."""
        if events is not None and what is not Trained.drift:
            raise ShoptalkError("--events is for `shoptalk train drift` only.")
        if what is Trained.drift:
            from bot.drift_detector.shop import train_shop_drift

            train_shop_drift(settings_for(shop), _tell, events=events, seed=seed, force=force)
        elif what is Trained.ranker:
            from bot.ranker.shop import train_shop_ranker

            train_shop_ranker(settings_for(shop), _tell, force=force)
        elif what is Trained.assistant:
            train_model(settings_for(shop), force=force)
        if what in (Trained.drift, Trained.reader):
            from bot.drift_reader.train import train_reader

            train_reader(settings_for(shop), _tell, force)


def train_model(settings: Settings, *, force: bool = False) -> Path:
    """Train unless a model of the same data and code is there; the model's archive.

    The archive is put where ``rasa shell`` looks for it, whole or not at all.

    Raises
    ------
    ShoptalkError
        Where Rasa cannot train, with the last it said.
    """
    from bot.nlu.understanding import trained_classifier
    from catalog.encoders.base import load_base

    fingerprint = _fingerprint(load_base(settings).fingerprint)
    archive = MODELS / f"{PREFIX}{fingerprint}.tar.gz"
    if archive.is_file() and not force:
        # Rasa takes the archive that was written last.
        archive.touch()
        # Exports the encoder where the cache is another one than at training.
        trained_classifier(archive, settings)
        _tell(f"The assistant is trained already ({archive.name}).")
        return archive
    _tell("Training the assistant …")
    began = time.monotonic()
    MODELS.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".training-", dir=MODELS))
    try:
        _train_apart(folder, archive.name)
        (folder / archive.name).replace(archive)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _remove_old(archive, settings)
    _tell(f"Trained in {time.monotonic() - began:.0f} s: {archive}")
    return archive


def _remove_old(archive: Path, settings: Settings) -> None:
    """Remove models that were replaced, and the exported encoders of all but the latest two."""
    for other in MODELS.glob(f"{PREFIX}*.tar.gz"):
        if other != archive:
            other.unlink()
    exported = sorted(settings.encoder_dir.glob("intents-*"), key=lambda path: path.stat().st_mtime)
    for folder in exported[:-ENCODERS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def _train_apart(folder: Path, name: str) -> None:
    """Train in a process of its own.

    Where the processor has matrix tiles (AMX), PyTorch gives a thread's tiles back when it is done,
    and ONNX Runtime, which set them up in that thread before, goes on as if they were there: an
    illegal instruction. A new process has run neither.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        try:
            apart.submit(_train_quietly, folder, name).result()
        except BrokenProcessPool as error:
            raise ShoptalkError("Training failed: its process died.") from error


def _train_quietly(folder: Path, name: str) -> None:
    with _in_bot_folder(), _quiet() as said:
        _train_in(folder, name, said)


def _train_in(folder: Path, name: str, said: io.StringIO) -> None:
    from rasa.model_training import train

    try:
        result = train(
            domain="domain.yml",
            config="config.yml",
            training_files="data",
            output=str(folder),
            fixed_model_name=name,
            force_training=True,
        )
    except ShoptalkError:
        raise
    except (Exception, SystemExit) as error:
        raise ShoptalkError(f"Training failed: {error}{_end_of(said)}") from error
    if result.code != 0 or result.model is None:
        raise ShoptalkError(f"Training failed.{_end_of(said)}")


def _end_of(said: io.StringIO) -> str:
    lines = said.getvalue().splitlines()[-LOG_LINES:]
    return "".join(f"\n  {line}" for line in lines)


@contextlib.contextmanager
def _in_bot_folder() -> Iterator[None]:
    """Rasa reads and caches relative to the working directory."""
    before = Path.cwd()
    os.chdir(BOT)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _quiet() -> Iterator[io.StringIO]:
    """Keep what Rasa prints and logs; our own progress goes to standard error all the same."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    # Above this level Rasa shows no progress bars of steps that take no time.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, [handler]
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(said):
            warnings.simplefilter("ignore")
            yield said
    finally:
        root.handlers = handlers


def _fingerprint(encoder: str) -> str:
    digest = hashlib.sha256(f"{version('rasa')} {encoder}".encode())
    data = [
        path for path in sorted(DATA.rglob("*.yml")) if TRAINED_FROM.search(path.read_text("utf-8"))
    ]
    places = [BOT / name for name in ("config.yml", "domain.yml", *SOURCES)]
    code = [
        file
        for place in places
        for file in (sorted(place.glob("*.py")) if place.is_dir() else [place])
    ]
    # Examples for the tagger are composed with the lexicon's words.
    lexicon = sorted((ROOT / "catalog" / "lexicon").glob("*.yml"))
    for path in [*data, *code, *lexicon]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
