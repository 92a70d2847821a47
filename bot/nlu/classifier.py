"""Intents of texts: the text encoder, fine-tuned, with a linear head."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np
from scipy.special import expit

from bot.nlu import calibration
from bot.nlu.memory import Memory
from bot.nlu.passes import Pass, Passes
from bot.nlu.probe import Probe
from bot.nlu.tagger import RoleTagger
from bot.nlu.tagging.annotations import Annotated
from bot.nlu.tagging.roles import RoleConfig
from bot.nlu.training.batches import Row
from bot.nlu.training.config import TrainConfig
from catalog.encoders.base import BaseEncoder, load_base, to_stderr
from catalog.errors import ShoptalkError
from catalog.settings import Settings

FORMAT = 5
#: So many texts are seen at a time.
TOGETHER = 1024
#: Probabilities are not taken for less.
LEAST = 1e-6
TENSORS, ABOUT = "classifier.safetensors", "classifier.json"
#: The names of what is known, as the trained encoder sees it and as it was seen before.
KNOWN, KNOWN_BEFORE = "known", "known_before"
Progress = Callable[[str], None]
#: Texts and their labels, and what was before each (or nothing).
Labelled = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Predictions:
    """What a classifier says of some texts."""

    labels: tuple[str, ...]
    """All labels, in the order of the columns."""
    probabilities: np.ndarray
    """float32 (texts, labels), calibrated. A row sums to one, or to the probability that the text
    is in scope at all where the classifier tells it."""
    tells_scope: bool = False
    """Whether it does."""

    @property
    def best(self) -> list[str]:
        """The most probable label of each text."""
        return [self.labels[i] for i in self.probabilities.argmax(-1)]

    @property
    def confidences(self) -> np.ndarray:
        """Its probability: float32 (texts,)."""
        return self.probabilities.max(-1)

    @property
    def scores(self) -> np.ndarray:
        """What is compared with a threshold, between 0 and 1: float32 (texts,).

        The probability of the best label; where it is told whether a text is in scope, that
        probability as a share of itself and the one that the text is out of scope: to take a text
        for what it most probably is, if it is anything, only costs where it is nothing.
        """
        best = self.confidences
        if not self.tells_scope:
            return best
        return best / (best + 1.0 - self.probabilities.sum(-1))

    def ranking(self, text: int = 0) -> list[tuple[str, float]]:
        """Labels and probabilities of one text, best first."""
        row = self.probabilities[text]
        return [(self.labels[i], float(row[i])) for i in np.argsort(-row, kind="stable")]


class IntentClassifier:
    """Classifies texts in any language the encoder knows.

    Training needs torch; classifying needs ONNX Runtime only. What is stored is what was trained:
    adapters (or, with the method ``full``, all weights but the words') and the head. The encoder
    with them in it is exported into a cache, and made anew where it is missing there.

    Parameters
    ----------
    settings
        Where the base encoder and the cache are.
    config
        How to train.
    exact
        Classify in single precision rather than in int8, which is several times slower.
    """

    def __init__(
        self, settings: Settings, config: Optional[TrainConfig] = None, *, exact: bool = False
    ) -> None:
        self.settings = settings
        self.config = config or TrainConfig()
        self.exact = exact
        self.labels: tuple[str, ...] = ()
        self.temperature = 1.0
        self.threshold = 0.0
        """Texts with a lower score are out of scope."""
        self.familiar: Optional[tuple[np.ndarray, float]] = None
        """Slopes and offset from a text's similarities to the nearest one trained on of its best
        label to the probability that it is in scope, where enough texts out of scope were known:
        that in the eyes of the trained encoder and, with a probe, of the untrained one."""
        self.held_out: list[float] = []
        """Accuracy on the held-out texts after each epoch of the last training."""
        self.roles: Optional[RoleTagger] = None
        """Tells the roles of words from the same pass, where it was trained."""
        self._changed: dict[str, np.ndarray] = {}
        self._weights = np.zeros((0, 0), np.float32)
        self._bias = np.zeros(0, np.float32)
        self._base: Optional[BaseEncoder] = None
        self._passes: Optional[Passes] = None
        self._memory: Optional[Memory] = None
        self._before: Optional[Memory] = None
        self._probe: Optional[Probe] = None

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        after: Sequence[str] = (),
        valid: Optional[Labelled] = None,
        unlabelled: Sequence[str] = (),
        annotated: Sequence[Annotated] = (),
        out_of_scope: Optional[str] = None,
        progress: Progress = to_stderr,
    ) -> IntentClassifier:
        """Train on labelled texts.

        Parameters
        ----------
        after
            What was said or done before each text, in a word, or the empty string; nothing where
            it is not given.
        valid
            Texts and labels that decide when to stop, the temperature and the threshold; some of
            ``texts`` where they are not given. Texts of other labels than those trained are out
            of scope; from them, where there are enough, it is learned how near a text is to those
            that were trained on when it is in scope (Sun et al. 2022), and the threshold.
        unlabelled
            Texts of the same kind, for the options that learn from them.
        annotated
            Texts with the roles of their words, which are learned on the trained encoder; no roles
            are told where there are none.
        out_of_scope
            The label of texts that are out of scope, where there are any.

        Raises
        ------
        ShoptalkError
            For fewer than two labels.
        """
        from bot.nlu.training.fit import fit

        if len(texts) != len(labels):
            raise ValueError(f"There are {len(texts)} texts and {len(labels)} labels.")
        self.labels = tuple(sorted(set(labels)))
        if len(self.labels) < 2:
            raise ShoptalkError("Training intents needs examples of at least two of them.")
        number = {label: i for i, label in enumerate(self.labels)}
        targets = np.array([number[label] for label in labels], np.int64)
        befores = list(after) or [""] * len(texts)
        if valid is None:
            kept, held = split(targets, self.config)
            check = [texts[i] for i in held], targets[held], [befores[i] for i in held]
            texts, befores = [texts[i] for i in kept], [befores[i] for i in kept]
            targets = targets[kept]
        else:
            goals = np.array([number.get(label, calibration.FOREIGN) for label in valid[1]])
            check = list(valid[0]), goals, [""] * len(goals)
        self._base = load_base(self.settings, progress)
        trained = fit(
            self._base,
            (texts, targets, befores),
            len(self.labels),
            check,
            list(unlabelled),
            self.config,
            progress,
        )
        self._changed, self._weights = trained.changed, trained.weights
        self._bias, self.held_out = trained.bias, trained.held_out
        self._passes = self._open_passes(progress)
        self._calibrate(check, number.get(out_of_scope) if out_of_scope else None, trained.rows)
        if annotated:
            progress(f"Learning the roles of words from {len(annotated)} texts …")
            seen = self.passes([one.text for one in annotated])
            self.roles = RoleTagger(RoleConfig(seed=self.config.seed)).fit(seen, annotated)
        return self

    def predict(self, texts: Sequence[str], after: Sequence[str] = ()) -> Predictions:
        """Classify texts.

        Raises
        ------
        ShoptalkError
            Before ``fit`` or ``load``.
        """
        return self.of_vectors(self._vectors(texts, after))

    def passes(self, texts: Sequence[str], after: Sequence[str] = ()) -> list[Pass]:
        """The encoder's passes over texts, to read more from than their intents."""
        if self._passes is None:
            raise ShoptalkError("The intents are not trained yet: run `shoptalk train`.")
        return self._passes.run(texts, after)

    def of_vectors(self, vectors: Sequence[np.ndarray]) -> Predictions:
        """Classify vectors of texts or of parts of them, as passes have them."""
        dim = self._weights.shape[1]
        stacked = np.stack(vectors) if len(vectors) else np.zeros((0, dim), np.float32)
        probabilities = calibration.softmax(self._logits(stacked) / self.temperature)
        if self.familiar is not None and len(stacked):
            slopes, offset = self.familiar
            near = self._similarities(stacked, probabilities.argmax(-1))
            probabilities *= expit(near @ slopes + offset)[:, None]
        return Predictions(self.labels, probabilities, self.familiar is not None)

    def _logits(self, vectors: np.ndarray) -> np.ndarray:
        """What the head, the nearest known texts and the probe say: float32 (vectors, labels)."""
        trained, untrained = self._views(vectors)
        logits = trained @ self._weights.T + self._bias
        nearest, probe = self.config.neighbours, self.config.probe
        if not nearest + probe or not len(vectors):
            return logits
        mixed = (1 - nearest - probe) * calibration.softmax(logits)
        if nearest and self._memory is not None:
            mixed += nearest * self._memory.votes(trained, len(self.labels))
        if probe and self._probe is not None:
            mixed += probe * calibration.softmax(self._probe.logits(untrained))
        return np.log(np.maximum(mixed, LEAST))

    def _similarities(self, vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """To the nearest known text of a label, in every view: float32 (vectors, views)."""
        memories = [memory for memory in (self._memory, self._before) if memory is not None]
        views = zip(memories, self._views(vectors), strict=False)
        return np.stack([memory.nearest(view, labels) for memory, view in views], axis=1)

    def _views(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the trained encoder sees, and what it saw before training, if that is there."""
        dim = self._weights.shape[1]
        return vectors[:, :dim], vectors[:, dim:]

    def save(self, folder: Path) -> None:
        """Write what was trained into a folder: safetensors and JSON."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        tensors = {"head.weights": self._weights, "head.bias": self._bias, **self._changed}
        if self._memory is not None:
            tensors.update(self._memory.tensors(KNOWN))
        if self._before is not None:
            tensors.update(self._before.tensors(KNOWN_BEFORE))
        if self._probe is not None:
            tensors.update(self._probe.tensors())
        save_file(tensors, str(folder / TENSORS))
        about = {
            "format": FORMAT,
            "labels": list(self.labels),
            "temperature": self.temperature,
            "threshold": self.threshold,
            "familiar": self.familiar and [self.familiar[0].tolist(), self.familiar[1]],
            "encoder": self._base.fingerprint if self._base else "",
            "roles": self.roles is not None,
            "config": dataclasses.asdict(replace(self.config, board="")),
        }
        (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=2), "utf-8")
        if self.roles is not None:
            self.roles.save(folder)

    @classmethod
    def load(
        cls, folder: Path, settings: Settings, progress: Progress = to_stderr
    ) -> IntentClassifier:
        """Read what ``save`` wrote.

        Raises
        ------
        ShoptalkError
            Where it is damaged, of another format, or was trained on another encoder than the one
            in use.
        """
        about, tensors = _read(folder)
        base = load_base(settings, progress)
        if about.get("format") != FORMAT or about.get("encoder") != base.fingerprint:
            raise ShoptalkError(
                "The trained intents belong to another text encoder or version: "
                "train again with `shoptalk train`."
            )
        try:
            classifier = cls(settings, TrainConfig.of(about["config"]))
            classifier.labels = tuple(about["labels"])
            classifier.temperature = float(about["temperature"])
            classifier.threshold = float(about["threshold"])
            classifier._weights = tensors.pop("head.weights")
            classifier._bias = tensors.pop("head.bias")
            roles = about["roles"]
            if about["familiar"] is not None:
                slopes, offset = about["familiar"]
                classifier.familiar = np.array(slopes, np.float64), float(offset)
            if classifier.familiar is not None or classifier.config.neighbours:
                classifier._memory = Memory.out_of(tensors, KNOWN)
            if classifier.config.probe:
                classifier._probe = Probe.out_of(tensors)
                if classifier.familiar is not None:
                    classifier._before = Memory.out_of(tensors, KNOWN_BEFORE)
        except (KeyError, TypeError, ValueError) as error:
            raise ShoptalkError(DAMAGED) from error
        classifier.roles = RoleTagger.load(folder) if roles else None
        classifier._changed = tensors
        classifier._base = base
        classifier._passes = classifier._open_passes(progress)
        return classifier

    @property
    def fingerprint(self) -> str:
        """Names the trained encoder: the base and what was changed of it."""
        digest = hashlib.sha256(f"{FORMAT} {self._base.fingerprint if self._base else ''}".encode())
        for name in sorted(self._changed):
            digest.update(name.encode() + self._changed[name].tobytes())
        return digest.hexdigest()[:16]

    def _open_passes(self, progress: Progress) -> Passes:
        from catalog.encoders.onnx import OnnxEncoder, export
        from catalog.encoders.text import EXACT, INT8, exported

        assert self._base is not None
        name = "encoder-exact.onnx" if self.exact else "encoder-int8.onnx"
        path = self.settings.encoder_dir / f"intents-{self.fingerprint}" / name
        if not path.is_file():
            from bot.nlu.training.encoder import apply

            progress("Exporting the intent encoder (once) …")
            model = apply(self._base.model(), self._changed)
            export(model, path, quantize=not self.exact, sample=self._base.sample())
        limit = self.config.max_tokens
        words = self._base.words
        if "words.ids" in self._changed:
            words = words.plus(self._changed["words.ids"], self._changed["words.added"])
        encoder = OnnxEncoder(path, self._base, words=words, max_tokens=limit)
        untrained = None
        if self.config.probe:
            precision = EXACT if self.exact else INT8
            before = exported(self._base, precision, progress)
            untrained = OnnxEncoder(before, self._base, max_tokens=limit)
        return Passes(self._base, encoder, limit, untrained)

    def _calibrate(
        self,
        check: tuple[Sequence[str], np.ndarray, Sequence[str]],
        out_of_scope: Optional[int],
        trained: Sequence[Row],
    ) -> None:
        texts, targets, after = check
        foreign = targets == calibration.FOREIGN
        enough = bool(foreign.sum() >= calibration.ENOUGH_FOREIGN and not foreign.all())
        if enough or self.config.neighbours or self.config.probe:
            known = self._vectors([row.text for row in trained], [row.after for row in trained])
            self._remember(np.stack(known), np.array([row.label for row in trained]), enough)
        if not len(texts):
            self.threshold = calibration.USUAL
            return
        vectors = np.stack(self._vectors(texts, after))
        logits = self._logits(vectors)
        self.temperature = calibration.temperature(logits[~foreign], targets[~foreign])
        if enough:
            near = self._similarities(vectors, logits.argmax(-1))
            self.familiar = calibration.familiarity(near, foreign)
        said = self.of_vectors(list(vectors))
        guesses = said.probabilities.argmax(-1)
        self.threshold = calibration.threshold(guesses, said.scores, targets, out_of_scope)

    def _remember(self, known: np.ndarray, labels: np.ndarray, scope: bool) -> None:
        """Keep what predictions need of the texts that were trained on.

        ``scope`` says whether it is to be told from it what is out of scope.
        """
        trained, untrained = self._views(known)
        if scope or self.config.neighbours:
            self._memory = Memory(trained, labels)
        if self.config.probe:
            self._probe = Probe.learn(untrained, labels, len(self.labels))
            self._before = Memory(untrained, labels) if scope else None

    def _vectors(self, texts: Sequence[str], after: Sequence[str]) -> list[np.ndarray]:
        """Vectors of whole texts; some at a time, because their passes take much memory."""
        return [
            one.whole()
            for start in range(0, len(texts), TOGETHER)
            for one in self.passes(texts[start : start + TOGETHER], after[start : start + TOGETHER])
        ]


DAMAGED = "The trained intents are damaged: train again with `shoptalk train --force`."


def _read(folder: Path) -> tuple[dict, dict[str, np.ndarray]]:
    from safetensors import SafetensorError  # type: ignore[attr-defined]
    from safetensors.numpy import load_file

    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        return dict(about), load_file(str(folder / TENSORS))
    except (OSError, ValueError, SafetensorError) as error:
        raise ShoptalkError(DAMAGED) from error


def split(targets: np.ndarray, config: TrainConfig) -> tuple[np.ndarray, np.ndarray]:
    """Positions to train on and positions to hold out, of every label that has enough texts."""
    random = np.random.default_rng(config.seed)
    held: list[int] = []
    for label in np.unique(targets):
        rows = random.permutation(np.flatnonzero(targets == label))
        if config.hold_out > 0 and len(rows) >= config.hold_out_minimum:
            held.extend(rows[: max(1, round(config.hold_out * len(rows)))].tolist())
    kept = np.setdiff1d(np.arange(len(targets)), held)
    return kept, np.array(sorted(held), np.int64)
