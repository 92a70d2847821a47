"""Rasa's default pipeline on the same texts: what intents and slots are compared with.

The components are those that ``rasa init`` writes, with their defaults, and are trained and run as
Rasa's graph does it, one after another. TensorFlow, which they are built on, must not come into our
own processes (see `bot.lean`): they run in a process of their own, which reads its job from one
file and writes its answers to another.

For intents there are two differences: texts come as they are, so that brackets mark no entities;
and signs of Chinese and Japanese are set apart by spaces, because Rasa's default tokenizer splits
at spaces only and would take a whole Chinese sentence for one word.

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
from typing import Any, Callable, Mapping, Sequence

import numpy as np

from bot.evaluate.intent_metrics import Answers
from catalog.errors import ShoptalkError
from catalog.settings import ROOT

Progress = Callable[[str], None]

TOKENIZER = "rasa.nlu.tokenizers.whitespace_tokenizer.WhitespaceTokenizer"
FEATURES = "rasa.nlu.featurizers.sparse_featurizer"
EPOCHS = 100
#: The threshold of the fallback classifier that `rasa init` writes.
THRESHOLD = 0.3
UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
LOG_LINES = 20
WARM_UP = 5
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
}
#: Our own servers share the machine; this process has it to itself.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY")


def pipeline(tokenizer: str = TOKENIZER, **classifier: Any) -> list[list[Any]]:
    """What ``rasa init`` writes for intents and entities: component and options, one after another.

    Its fallback classifier is a threshold, see above.
    """
    return [
        [tokenizer, {}],
        [f"{FEATURES}.regex_featurizer.RegexFeaturizer", {}],
        [f"{FEATURES}.lexical_syntactic_featurizer.LexicalSyntacticFeaturizer", {}],
        [f"{FEATURES}.count_vectors_featurizer.CountVectorsFeaturizer", {}],
        [
            f"{FEATURES}.count_vectors_featurizer.CountVectorsFeaturizer",
            {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        ],
        ["rasa.nlu.classifiers.diet_classifier.DIETClassifier", classifier],
    ]


@dataclass(frozen=True)
class Said:
    """What the peer says of one text."""

    intent: str
    confidence: float
    entities: Sequence[Mapping[str, Any]]
    milliseconds: float
    """From text to answer, with as many threads as TensorFlow takes."""


@dataclass(frozen=True)
class Asked:
    """What the peer says of the texts that it was asked about."""

    name: str
    said: Sequence[Said]
    train_seconds: float
    """From labelled texts to a pipeline that is loaded; imports do not count."""


@dataclass(frozen=True)
class Peer:
    """What the peer says of the intents of texts, and how long it took."""

    name: str
    valid: Answers
    test: Answers
    train_seconds: float
    milliseconds: Sequence[float]
    """Of each test text."""


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
    """Train the peer on labelled texts and have it classify others.

    Raises
    ------
    ShoptalkError
        Where its process fails, with the last it said.
    """
    examples = [
        {"text": spaced(text), "intent": label} for text, label in zip(texts, labels, strict=True)
    ]
    asked = [spaced(text) for text in (*test, *valid)]
    found = ask(pipeline(), examples, asked, epochs=epochs, seed=seed, progress=progress)
    answers = [(one.intent, one.confidence) for one in found.said]
    return Peer(
        name=found.name,
        valid=_answers(answers[len(test) :]),
        test=_answers(answers[: len(test)]),
        train_seconds=found.train_seconds,
        milliseconds=[one.milliseconds for one in found.said[: len(test)]],
    )


def ask(
    components: Sequence[Sequence[Any]],
    examples: Sequence[Mapping[str, Any]],
    asked: Sequence[str],
    *,
    epochs: int,
    seed: int,
    progress: Progress,
) -> Asked:
    """Train components on examples in a process of its own, and ask it about texts.

    Parameters
    ----------
    components
        Module path and options of each, see ``pipeline``.
    examples
        Rasa's attributes of messages: ``text``, ``intent``, perhaps ``entities``.

    Raises
    ------
    ShoptalkError
        Where the process fails, with the last it said.
    """
    progress(f"Training the peer (Rasa's default pipeline, {epochs} epochs) …")
    job = {
        "components": list(components),
        "examples": list(examples),
        "asked": list(asked),
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
    return Asked(
        name=f"Rasa {version('rasa')}, default pipeline with DIET, {epochs} epochs",
        said=[Said(*one) for one in answers["said"]],
        train_seconds=answers["train_seconds"],
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
    from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils.common import class_from_module_path

    classes = [class_from_module_path(path) for path, _own in job["components"]]
    storage = LocalModelStorage(folder)
    began = time.perf_counter()
    data = TrainingData([Message(example) for example in job["examples"]])
    serving = []
    for number, (component, (_path, own)) in enumerate(
        zip(classes, job["components"], strict=True)
    ):
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

    def say(text: str) -> tuple[str, float, list[dict[str, Any]]]:
        messages = [Message({TEXT: text})]
        for component in serving:
            messages = component.process(messages)
        intent = messages[0].get(INTENT) or {}
        spans = [
            {key: entity[key] for key in ("start", "end", "entity")}
            for entity in messages[0].get(ENTITIES) or ()
        ]
        return intent.get("name") or "", float(intent.get("confidence") or 0.0), spans

    for text in job["asked"][:WARM_UP]:
        say(text)
    said = []
    for text in job["asked"]:
        start = time.perf_counter()
        answer = say(text)
        said.append((*answer, 1000 * (time.perf_counter() - start)))
    return {"train_seconds": seconds, "said": said}


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
