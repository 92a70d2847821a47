"""Rasa's default pipeline as an entity extractor on the same texts: what the tagger is compared to.

The components are those that ``rasa init`` writes, with their defaults; DIET learns entities only.
Tokens are set apart by spaces. Rasa's default tokenizer splits there, but takes words of nothing
but Chinese characters for emoji and drops them; so the peer splits at spaces and drops nothing,
without which it would find no span at all. TensorFlow must not come into our own processes: the
components run in one of their own, which reads its job from one file and writes its answers to
another.

    python -m bot.nlu.tagging.diet JOB.json ANSWERS.json
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.spans import Stretch, spans_of
from catalog.errors import ShoptalkError
from catalog.settings import ROOT

Progress = Callable[[str], None]
FEATURES = "rasa.nlu.featurizers.sparse_featurizer"
PIPELINE: tuple[tuple[str, dict[str, Any]], ...] = (
    (f"{__package__}.diet_tokenizer.SpaceTokenizer", {}),
    (f"{FEATURES}.regex_featurizer.RegexFeaturizer", {}),
    (f"{FEATURES}.lexical_syntactic_featurizer.LexicalSyntacticFeaturizer", {}),
    (f"{FEATURES}.count_vectors_featurizer.CountVectorsFeaturizer", {}),
    (
        f"{FEATURES}.count_vectors_featurizer.CountVectorsFeaturizer",
        {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    ),
    ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", {"intent_classification": False}),
)
EPOCHS = 100
#: DIET does not begin without an intent; it learns nothing of this one.
ANY_INTENT = "query"
LAST_WORDS = 1500
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
}
#: Our own servers share the machine; this process has it to itself.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY")


@dataclass(frozen=True)
class DietSpans:
    """What the peer finds in the texts."""

    name: str
    spans: list[list[Stretch]]
    train_seconds: float


def run_diet(
    train: Sequence[Tagged],
    test: Sequence[Tagged],
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    progress: Progress,
) -> DietSpans:
    """Train the peer in a process of its own and have it find the spans of ``test``.

    Raises
    ------
    ShoptalkError
        Where the process fails, with the last it said.
    """
    progress(f"Training the peer (Rasa's default pipeline, {epochs} epochs) …")
    job = {
        "train": [{"tokens": t.tokens, "tags": t.tags} for t in train],
        "test": [t.tokens for t in test],
        "epochs": epochs,
        "seed": seed,
    }
    environment = {k: v for k, v in os.environ.items() if k not in THREADS}
    with tempfile.TemporaryDirectory(prefix="shoptalk-peer-") as name:
        given, taken = Path(name) / "job.json", Path(name) / "answers.json"
        given.write_text(json.dumps(job), encoding="utf-8")
        command = [sys.executable, "-m", "bot.nlu.tagging.diet", str(given), str(taken)]
        code, said = _run(command, {**environment, **ENVIRONMENT})
        if code != 0 or not taken.is_file():
            raise ShoptalkError(f"The peer failed (exit code {code}). It said: {said}")
        answers = json.loads(taken.read_text(encoding="utf-8"))
    found = [[(int(b), int(e), str(label)) for b, e, label in row] for row in answers["spans"]]
    title = f"Rasa {version('rasa')}, default pipeline with DIET, {epochs} epochs"
    return DietSpans(title, found, answers["train_seconds"])


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command, what it says going to standard error: its exit code and its last words."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = ""
    assert process.stdout is not None
    try:
        while chunk := os.read(process.stdout.fileno(), 1 << 14):
            text = chunk.decode("utf-8", "replace")
            said = (said + text)[-LAST_WORDS:]
            sys.stderr.write(text)
        return process.wait(), said
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def spaced(tokens: Sequence[str]) -> tuple[str, list[int]]:
    """Tokens with spaces between, and where each begins.

    >>> spaced(["红", "裙"])
    ('红 裙', [0, 2])
    """
    begins, at = [], 0
    for token in tokens:
        begins.append(at)
        at += len(token) + 1
    return " ".join(tokens), begins


def entities_of(tagged: Tagged) -> list[dict[str, Any]]:
    """Spans as Rasa writes entities."""
    text, begins = spaced(tagged.tokens)
    found = []
    for first, end, label in spans_of(tagged.tags):
        start, stop = begins[first], begins[end - 1] + len(tagged.tokens[end - 1])
        found.append({"start": start, "end": stop, "value": text[start:stop], "entity": label})
    return found


def spans_from(
    entities: Sequence[Mapping[str, Any]], tokens: Sequence[str]
) -> list[tuple[int, int, str]]:
    """What Rasa found, in tokens."""
    _text, begins = spaced(tokens)
    found = []
    for entity in entities:
        inside = [
            i
            for i, begin in enumerate(begins)
            if begin < entity["end"] and begin + len(tokens[i]) > entity["start"]
        ]
        if inside:
            found.append((inside[0], inside[-1] + 1, str(entity["entity"])))
    return found


def main() -> None:
    """Do the job of the first file and write the answers to the second."""
    given, taken = Path(sys.argv[1]), Path(sys.argv[2])
    job = json.loads(given.read_text(encoding="utf-8"))
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="shoptalk-diet-") as folder:
        taken.write_text(json.dumps(_do(job, Path(folder))), encoding="utf-8")


def _do(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils.common import class_from_module_path

    classes = [class_from_module_path(path) for path, _own in PIPELINE]
    storage = LocalModelStorage(folder)
    began = time.perf_counter()
    rows = [Tagged(tuple(row["tokens"]), tuple(row["tags"])) for row in job["train"]]
    data = TrainingData(
        [
            Message({TEXT: spaced(r.tokens)[0], INTENT: ANY_INTENT, ENTITIES: entities_of(r)})
            for r in rows
        ]
    )
    serving = []
    for number, (component, (_path, own)) in enumerate(zip(classes, PIPELINE, strict=True)):
        config = {**component.get_default_config(), **own}
        if "epochs" in config:
            config.update(epochs=job["epochs"], random_seed=job["seed"])
        name = f"{component.__name__}{number}"
        place = (config, storage, Resource(name), ExecutionContext(GraphSchema({}), node_name=name))
        trained = component.create(*place)
        if hasattr(trained, "train"):
            trained.train(data)
        if hasattr(trained, "process_training_data"):
            data = trained.process_training_data(data)
        serving.append(component.load(*place))
    seconds = time.perf_counter() - began
    spans = []
    for tokens in job["test"]:
        messages = [Message({TEXT: spaced(tokens)[0]})]
        for component in serving:
            messages = component.process(messages)
        spans.append(spans_from(messages[0].get(ENTITIES) or (), tokens))
    return {"train_seconds": seconds, "spans": spans}


if __name__ == "__main__":
    main()
