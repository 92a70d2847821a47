"""``shoptalk train reader``: fine-tunes the reader of windows and puts it in force."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

from actions.interest.reading.reader import (
    ABOUT,
    COMPARED,
    CURRENT,
    DAMAGED,
    ENCODER,
    FOLDER,
    FORMAT,
    HEAD,
    checksums,
    read_about,
)
from actions.interest.reading.windows import KINDS
from bot.drift_reader.banks import FILE, LANGUAGES, Bank
from bot.drift_reader.config import ReaderConfig
from catalog.encoders.base import BaseEncoder, load_base
from catalog.errors import ShoptalkError
from catalog.settings import ROOT, Settings

Tell = Callable[[str], None]
DATA = ROOT / "nlu_data"
#: What decides what training gives, below the project's root.
SOURCES = (
    "bot/drift_reader",
    "bot/nlu/training",
    "actions/interest/reading/comparison.py",
    "actions/interest/reading/head.py",
    "actions/interest/reading/kinds.py",
    "actions/interest/reading/rows.py",
    "actions/interest/reading/windows.py",
    "catalog/demo",
    "catalog/graph/complements.yml",
    "catalog/lexicon",
)


def train_reader(
    settings: Settings,
    tell: Tell,
    force: bool = False,
    config: Optional[ReaderConfig] = None,
) -> bool:
    """Train unless a reader of the same data, code and encoder is there.

    What is there before is in force until the new one is whole.

    Returns
    -------
    Whether a new reader is in force.

    Raises
    ------
    ShoptalkError
        Where training fails.
    """
    config = config or ReaderConfig()
    base = load_base(settings)
    name, folder = fingerprint(base.fingerprint, config), settings.home / FOLDER
    if not force and _whole(folder / name):
        _use(folder, name)
        tell("The reader of windows is trained already.")
        return False
    tell("Training the reader of windows …")
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        _train_apart(settings, building, config)
        target = folder / name
        if target.exists():
            shutil.rmtree(target)
        building.chmod(0o755)
        building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _use(folder, name)
    tell(f"Trained the reader in {time.monotonic() - began:.0f} s.")
    return True


def fingerprint(encoder: str, config: ReaderConfig) -> str:
    """Names what training reads: data, code, options and the encoder."""
    options = json.dumps(dataclasses.asdict(config), sort_keys=True)
    digest = hashlib.sha256(f"{FORMAT} {encoder} {options}".encode())
    files = [DATA / language / FILE for language in LANGUAGES]
    for source in SOURCES:
        place = ROOT / source
        files += sorted([*place.rglob("*.py"), *place.rglob("*.yml")]) or [place]
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def fit_and_write(
    base: BaseEncoder,
    banks: Mapping[str, Bank],
    catalogue: Mapping[str, Any],
    folder: Path,
    config: ReaderConfig,
    tell: Tell,
) -> None:
    """Train on pairs composed of the banks and write all that a reader is. Imports torch."""
    from safetensors.numpy import save_file

    from actions.interest.reading.kinds import Kinds
    from bot.drift_reader.comparison import fit_comparison
    from bot.drift_reader.compose import Composer
    from bot.drift_reader.fit import fit
    from bot.nlu.calibration import temperature
    from bot.nlu.training.encoder import apply
    from catalog.encoders.export import export
    from catalog.encoders.text import OnnxTextEncoder
    from catalog.lexicon.lexicon import Lexicon

    composer = Composer(banks, catalogue, config.seed)
    pairs = composer.pairs(config.pairs)
    held_out = composer.pairs(config.held_out)
    fitted = fit(base, pairs, held_out, config, tell)
    tell("Exporting the reader …")
    model = apply(base.model(), fitted.changed)
    export(model, folder / ENCODER, quantize=True, sample=base.sample())
    tell("Learning to compare windows …")
    neat = Composer(banks, catalogue, config.seed + 1, messy=False).pairs(config.compared_pairs)
    apart = fit_comparison(OnnxTextEncoder(base, report=tell), Kinds(Lexicon.load()), neat, config)
    compared = {COMPARED + name: values for name, values in apart.items()}
    save_file({**fitted.head, **compared}, str(folder / HEAD))
    about = {
        "format": FORMAT,
        "base": base.fingerprint,
        "kinds": list(KINDS),
        "temperature": temperature(fitted.logits, fitted.targets),
        "held_out_accuracy": _accuracy(fitted.logits, fitted.targets),
        "config": dataclasses.asdict(config),
        "sha256": checksums(folder),
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=2), "utf-8")


def _accuracy(logits: Any, targets: Any) -> float:
    return round(float((logits.argmax(axis=1) == targets).mean()), 4) if len(targets) else 0.0


def _train_apart(settings: Settings, folder: Path, config: ReaderConfig) -> None:
    """Train in a process of its own; ``bot.cli.train`` says why."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        try:
            apart.submit(_train_in, settings, folder, config).result()
        except BrokenProcessPool as error:
            raise ShoptalkError("Training the reader failed: its process died.") from error


def _train_in(settings: Settings, folder: Path, config: ReaderConfig) -> None:
    from bot.drift_reader.banks import read_banks
    from bot.drift_reader.catalogue import catalogue_missions
    from catalog.lexicon.lexicon import Lexicon

    catalogue = catalogue_missions(Lexicon.load())
    fit_and_write(load_base(settings), read_banks(DATA), catalogue, folder, config, _to_stderr)


def _to_stderr(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _whole(folder: Path) -> bool:
    if not (folder / ABOUT).is_file():
        return False
    try:
        return bool(read_about(folder).get("sha256") == checksums(folder))
    except ShoptalkError as error:
        if str(error) != DAMAGED:
            raise
        return False


def _use(folder: Path, name: str) -> None:
    """Name the reader in use; the others but the one before are removed."""
    pointer = folder / CURRENT
    before = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    part = pointer.with_name(f".{CURRENT}.{os.getpid()}.part")
    part.write_text(name + "\n", "utf-8")
    part.replace(pointer)
    for other in folder.iterdir():
        if (other / ABOUT).is_file() and other.name not in (before, name):
            shutil.rmtree(other, ignore_errors=True)
