"""Rasa's default pipeline on the same texts: what the intent classifier is compared with.

The components are those that ``rasa init`` writes, with their defaults, and are trained and run as
Rasa's graph does it, one after another. TensorFlow, which they are built on, must not come into our
own processes (see `bot.lean`): they run in a process of their own, which reads its job from one
file and writes its answers to another.

Two differences: texts come as they are, so that brackets mark no entities; and signs of Chinese
and Japanese are set apart by spaces, because Rasa's default tokenizer splits at spaces only and
would take a whole Chinese sentence for one word.

    python -m bot.evaluate.diet JOB.json ANSWERS.json
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable, Sequence

import numpy as np

from bot.evaluate.intent_metrics import Answers
from catalog.errors import ShoptalkError
from catalog.settings import ROOT

Progress = Callable[[str], None]

#: What `rasa init` writes for the intents; its fallback classifier is a threshold, see below.
PIPELINE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("rasa.nlu.tokenizers.whitespace_tokenizer.WhitespaceTokenizer", {}),
    ("rasa.nlu.featurizers.sparse_featurizer.regex_featurizer.RegexFeaturizer", {}),
    (
        "rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer"
        ".LexicalSyntacticFeaturizer",
        {},
    ),
    ("rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer", {}),
    (
        "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer",
        {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    ),
    ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", {}),
)
EPOCHS = 100
#: The threshold of the fallback classifier that `rasa init` writes.
THRESHOLD = 0.3
UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
LOG_LINES = 20
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
}
#: Our own servers share the machine; this process has it to itself.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY")


@dataclass(frozen=True)
class Peer:
    """What the peer says of the texts, and how long it took."""

    name: str
    valid: Answers
    test: Answers
    train_seconds: float
    """From labelled texts to a pipeline that is loaded; imports do not count."""
    milliseconds: Sequence[float]
    """Of each test text, from text to label, with as many threads as TensorFlow takes."""


def run_peer(
    texts: Sequence[str],
    labels: Sequence[str],
    valid: Sequence[str],
    test: Sequence[str],
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    progress: Progress,
) -> Peer:
    """Train the peer on labelled texts in a process of its own and have it classify others.

    Raises
    ------
    ShoptalkError
        Where the process fails, with the last it said.
    """
    progress(f"Training the peer (Rasa's default pipeline, {epochs} epochs) …")
    job = {
        "texts": list(texts),
        "labels": list(labels),
        "valid": list(valid),
        "test": list(test),
        "epochs": epochs,
        "seed": seed,
    }
    with tempfile.TemporaryDirectory(prefix="shoptalk-peer-") as name:
        given, taken = Path(name) / "job.json", Path(name) / "answers.json"
        given.write_text(json.dumps(job), encoding="utf-8")
        code, said = _run([sys.executable, "-m", "bot.evaluate.diet", str(given), str(taken)])
        if code != 0 or not taken.is_file():
            last = "".join(f"\n  {line}" for line in said.splitlines()[-LOG_LINES:])
            raise ShoptalkError(f"The peer failed (exit code {code}). It said:{last}")
        answers = json.loads(taken.read_text(encoding="utf-8"))
    progress(f"The peer was trained in {answers['train_seconds']:.0f} s")
    return Peer(
        name=f"Rasa {version('rasa')}, default pipeline with DIET, {epochs} epochs",
        valid=_answers(answers["valid"]),
        test=_answers(answers["test"]),
        train_seconds=answers["train_seconds"],
        milliseconds=answers["milliseconds"],
    )


def spaced(text: str) -> str:
    """Chinese and Japanese signs as tokens of their own.

    >>> spaced("想买一条red连衣裙")
    '想 买 一 条 red 连 衣 裙'
    """
    return " ".join(UNSPACED.sub(r" \1 ", text).split()) if UNSPACED.search(text) else text


def main() -> None:
    """Do the job of the first file and write the answers to the second."""
    given, taken = Path(sys.argv[1]), Path(sys.argv[2])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    job = json.loads(given.read_text(encoding="utf-8"))
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="shoptalk-diet-") as folder:
        taken.write_text(json.dumps(_do(job, Path(folder))), encoding="utf-8")


def _end_with_parent() -> None:
    """The parent keeps our standard input open; it closes when the parent ends, however."""
    while os.read(0, 4096):
        pass
    os._exit(1)


def _do(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils.common import class_from_module_path

    classes = [class_from_module_path(path) for path, _own in PIPELINE]
    storage = LocalModelStorage(folder)
    began = time.perf_counter()
    data = TrainingData(
        [
            Message({TEXT: spaced(text), INTENT: label})
            for text, label in zip(job["texts"], job["labels"], strict=True)
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

    def classify(text: str) -> tuple[str, float]:
        messages = [Message({TEXT: spaced(text)})]
        for component in serving:
            messages = component.process(messages)
        intent = messages[0].get(INTENT) or {}
        return intent.get("name") or "", float(intent.get("confidence") or 0.0)

    for text in job["texts"][:5]:
        classify(text)
    answers, milliseconds = [], []
    for text in job["test"]:
        start = time.perf_counter()
        answers.append(classify(text))
        milliseconds.append(1000 * (time.perf_counter() - start))
    return {
        "train_seconds": seconds,
        "valid": [classify(text) for text in job["valid"]],
        "test": answers,
        "milliseconds": milliseconds,
    }


def _run(command: Sequence[str]) -> tuple[int, str]:
    """Run a command, what it says going to standard error, too: its exit code and its words."""
    environment = {k: v for k, v in os.environ.items() if k not in THREADS}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment, **ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = ""
    assert process.stdin is not None and process.stdout is not None
    try:
        while chunk := os.read(process.stdout.fileno(), 1 << 14):
            text = chunk.decode("utf-8", "replace")
            said = (said + text)[-(1 << 16) :]
            sys.stderr.write(text)
            sys.stderr.flush()
        return process.wait(), said
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdin.close()
        process.stdout.close()


def _answers(pairs: Sequence[tuple[str, float]]) -> Answers:
    return Answers([best for best, _ in pairs], np.array([sure for _, sure in pairs], float))


if __name__ == "__main__":
    main()
