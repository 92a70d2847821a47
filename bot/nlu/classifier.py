"""Intents of texts: the text encoder with low-rank adapters and a linear head."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Sequence

import numpy as np

from bot.nlu import calibration
from bot.nlu.finetune import FineTuneConfig, Progress, fine_tune, merge, to_stderr
from catalog.encoders.base import BaseEncoder, load_base
from catalog.errors import ShoptalkError
from catalog.settings import Settings

if TYPE_CHECKING:
    from catalog.encoders.onnx import OnnxEncoder

FORMAT = 1
TENSORS, ABOUT = "classifier.safetensors", "classifier.json"
HELD_OUT_SHARE = 0.1
#: Labels with fewer texts than this keep all of them for training.
HELD_OUT_MINIMUM = 5


@dataclass(frozen=True)
class Predictions:
    """What a classifier says of some texts."""

    labels: tuple[str, ...]
    """All labels, in the order of the columns."""
    probabilities: np.ndarray
    """float32 (texts, labels), calibrated."""

    @property
    def best(self) -> list[str]:
        """The most probable label of each text."""
        return [self.labels[i] for i in self.probabilities.argmax(-1)]

    @property
    def confidences(self) -> np.ndarray:
        """Its probability: float32 (texts,)."""
        return self.probabilities.max(-1)

    def ranking(self, text: int = 0) -> list[tuple[str, float]]:
        """Labels and probabilities of one text, best first."""
        row = self.probabilities[text]
        return [(self.labels[i], float(row[i])) for i in np.argsort(-row, kind="stable")]


class IntentClassifier:
    """Classifies texts in any language the encoder knows.

    Training needs torch and peft; classifying needs ONNX Runtime only. What is stored is what
    was trained: adapters and head. The merged and exported encoder is kept in a cache and made
    anew where it is missing.

    Parameters
    ----------
    settings
        Where the base encoder and the cache are.
    config
        How to train.
    """

    def __init__(self, settings: Settings, config: Optional[FineTuneConfig] = None):
        self.settings = settings
        self.config = config or FineTuneConfig()
        self.labels: tuple[str, ...] = ()
        self.temperature = 1.0
        self.threshold = 0.0
        """Texts below this confidence are out of scope."""
        self._adapter: dict[str, np.ndarray] = {}
        self._weights = np.zeros((0, 0), np.float32)
        self._bias = np.zeros(0, np.float32)
        self._base: Optional[BaseEncoder] = None
        self._encoder: Optional[OnnxEncoder] = None

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        valid: Optional[tuple[Sequence[str], Sequence[str]]] = None,
        out_of_scope: Optional[str] = None,
        progress: Progress = to_stderr,
    ) -> IntentClassifier:
        """Train on labelled texts.

        Parameters
        ----------
        valid
            Texts and labels that decide when to stop, the temperature and the threshold; a tenth
            of ``texts`` where they are not given.
        out_of_scope
            The label of texts that are out of scope, where there are any.

        Raises
        ------
        ShoptalkError
            For fewer than two labels.
        """
        if len(texts) != len(labels):
            raise ValueError(f"There are {len(texts)} texts and {len(labels)} labels.")
        self.labels = tuple(sorted(set(labels)))
        if len(self.labels) < 2:
            raise ShoptalkError("Training intents needs examples of at least two of them.")
        number = {label: i for i, label in enumerate(self.labels)}
        targets = np.array([number[label] for label in labels], np.int64)
        if valid is None:
            kept, held = split(targets, self.config.seed)
            check = [texts[i] for i in held], targets[held]
            texts, targets = [texts[i] for i in kept], targets[kept]
        else:
            known = [i for i, label in enumerate(valid[1]) if label in number]
            check = (
                [valid[0][i] for i in known],
                np.array([number[valid[1][i]] for i in known], np.int64),
            )
        self._base = load_base(self.settings, progress)
        trained = fine_tune(
            self._base, texts, targets, len(self.labels), check, self.config, progress
        )
        self._adapter, self._weights, self._bias = trained.adapter, trained.weights, trained.bias
        self._encoder = self._open_encoder(progress)
        self._calibrate(check, number.get(out_of_scope) if out_of_scope else None)
        return self

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Classify texts.

        Raises
        ------
        ShoptalkError
            Before ``fit`` or ``load``.
        """
        return Predictions(self.labels, calibration.softmax(self._logits(texts) / self.temperature))

    def save(self, folder: Path) -> None:
        """Write what was trained into a folder: safetensors and JSON."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        tensors = {"head.weights": self._weights, "head.bias": self._bias, **self._adapter}
        save_file(tensors, str(folder / TENSORS))
        about = {
            "format": FORMAT,
            "labels": list(self.labels),
            "temperature": self.temperature,
            "threshold": self.threshold,
            "encoder": self._base.fingerprint if self._base else "",
            "config": dataclasses.asdict(self.config),
        }
        (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=2), "utf-8")

    @classmethod
    def load(
        cls, folder: Path, settings: Settings, progress: Progress = to_stderr
    ) -> IntentClassifier:
        """Read what ``save`` wrote.

        Raises
        ------
        ShoptalkError
            Where it is of another format or was trained on another encoder than the one in use.
        """
        from safetensors.numpy import load_file

        about = json.loads((folder / ABOUT).read_text("utf-8"))
        base = load_base(settings, progress)
        if about["format"] != FORMAT or about["encoder"] != base.fingerprint:
            raise ShoptalkError(
                "The trained intents belong to another text encoder or version: "
                "train again with `shoptalk train`."
            )
        config = {**about["config"], "targets": tuple(about["config"]["targets"])}
        classifier = cls(settings, FineTuneConfig(**config))
        classifier.labels = tuple(about["labels"])
        classifier.temperature, classifier.threshold = about["temperature"], about["threshold"]
        tensors = load_file(str(folder / TENSORS))
        classifier._weights = tensors.pop("head.weights")
        classifier._bias = tensors.pop("head.bias")
        classifier._adapter = tensors
        classifier._base = base
        classifier._encoder = classifier._open_encoder(progress)
        return classifier

    @property
    def fingerprint(self) -> str:
        """Names the merged encoder: the base and the adapters."""
        digest = hashlib.sha256(f"{FORMAT} {self._base.fingerprint if self._base else ''}".encode())
        for name in sorted(self._adapter):
            digest.update(name.encode() + self._adapter[name].tobytes())
        return digest.hexdigest()[:16]

    def _open_encoder(self, progress: Progress) -> OnnxEncoder:
        from catalog.encoders.onnx import OnnxEncoder, export

        assert self._base is not None
        path = self.settings.encoder_dir / f"intents-{self.fingerprint}" / "encoder-int8.onnx"
        if not path.is_file():
            progress("Exporting the intent encoder (once) …")
            export(merge(self._base.model(), self._adapter), path, quantize=True)
        return OnnxEncoder(path, self._base.tokenizer, max_tokens=self.config.max_tokens)

    def _logits(self, texts: Sequence[str]) -> np.ndarray:
        if self._encoder is None or self._base is None:
            raise ShoptalkError("The intents are not trained yet: run `shoptalk train`.")
        vectors = self._encoder.encode(texts, prefix=self._base.query_prefix)
        return vectors @ self._weights.T + self._bias

    def _calibrate(
        self, check: tuple[Sequence[str], np.ndarray], out_of_scope: Optional[int]
    ) -> None:
        texts, targets = check
        if not len(texts):
            self.threshold = 0.3
            return
        logits = self._logits(texts)
        self.temperature = calibration.temperature(logits, targets)
        probabilities = calibration.softmax(logits / self.temperature)
        self.threshold = calibration.threshold(probabilities, targets, out_of_scope)


def split(targets: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions to train on and positions to hold out, about a tenth of every label's texts."""
    random = np.random.default_rng(seed)
    held: list[int] = []
    for label in np.unique(targets):
        rows = random.permutation(np.flatnonzero(targets == label))
        if len(rows) >= HELD_OUT_MINIMUM:
            held.extend(rows[: max(1, round(HELD_OUT_SHARE * len(rows)))].tolist())
    kept = np.setdiff1d(np.arange(len(targets)), held)
    return kept, np.array(sorted(held), np.int64)
