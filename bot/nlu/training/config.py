"""How the encoder is trained: every option, and what it does where nothing is said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Mapping, Optional

from catalog.errors import ShoptalkError

FULL, LORA, ADALORA, IA3, PREFIX = "full", "lora", "adalora", "ia3", "prefix"
#: Method → the peak learning rate of what it trains.
METHODS = {FULL: 2e-4, LORA: 1.5e-3, ADALORA: 3e-3, IA3: 1e-2, PREFIX: 1e-2}


@dataclass(frozen=True)
class TrainConfig:
    """How an encoder and a head on it are trained.

    Defaults were chosen on held-out parts of training sets (BENCHMARKS.md says on which).
    """

    method: str = LORA
    """``full`` trains every weight; ``lora`` (Hu et al. 2021), ``adalora`` (Zhang et al. 2023),
    ``ia3`` (Liu et al. 2022) and ``prefix`` (Li & Liang 2021) train a few beside them."""
    rank: int = 16
    """Rank of LoRA adapters; AdaLoRA ends with as many on average."""
    alpha: int = 32
    """LoRA's output is scaled by ``alpha / rank``."""
    targets: tuple[str, ...] = ("query", "value", "intermediate.dense")
    """The linear layers that get a LoRA or AdaLoRA adapter, by the end of their name."""
    first_layer: int = 0
    """Layers below this one, counted from 0, stay as they are: what is not trained takes less
    time. A prefix is put before all."""
    virtual_tokens: int = 16
    """Length of a trained prefix."""
    words: bool = False
    """Whether ``full`` also trains the vectors of the words that occur."""
    dropout: float = 0.1
    """Dropout of hidden states."""
    learning_rate: Optional[float] = None
    """Peak rate of the encoder; that of ``METHODS`` where it is not given."""
    layer_decay: float = 1.0
    """A layer learns this much slower than the one above it (``full``)."""
    head_learning_rate: float = 3e-3
    """Peak rate of the head."""
    prototypes: bool = True
    """Start the head from the mean vectors of the labels' texts instead of noise."""
    weight_decay: float = 0.01
    warm_up: float = 0.1
    """Share of the steps in which the rate rises."""
    batch: int = 32
    accumulate: int = 1
    """Batches whose gradients make one step."""
    precision: str = "auto"
    """``bf16``, ``fp32``, or ``auto``: bf16 where the machine is faster with it."""
    epochs: int = 5
    patience: int = 2
    """Epochs without progress on the held-out texts after which training stops."""
    hold_out: float = 0.1
    """Share of the texts that is held out where no others are given, from labels with at least
    ``hold_out_minimum`` texts."""
    hold_out_minimum: int = 20
    label_smoothing: float = 0.1
    fgm: float = 0.0
    """Size of adversarial steps on the word vectors (fast gradient method, Miyato et al. 2017);
    0 is none."""
    rdrop: float = 0.0
    """Weight of the divergence between two passes with different dropout (R-Drop, Liang et al.
    2021); 0 is one pass."""
    contrastive_epochs: int = 0
    """Passes over the texts, before the head is trained, in which texts of one label are drawn
    together and others apart (supervised contrastive loss, Khosla et al. 2020)."""
    contrastive: float = 0.0
    """Weight of the same loss beside the head's."""
    average: float = 0.0
    """Decay of a running average of the weights, which is what is kept; 0 keeps the last."""
    word_dropout: float = 0.0
    """Share of the texts of an epoch that lose a tenth of their words."""
    spelling: float = 0.0
    """Share of the texts of an epoch that get typing errors."""
    synonyms: float = 0.0
    """Share of the texts of an epoch in which product words change for others of their kind, or
    for the same in the other language."""
    compose: float = 0.0
    """So many texts made of two, as a share of all, are added to an epoch."""
    adapt: str = ""
    """``tsdae`` (Wang et al. 2021) or ``simcse`` (Gao et al. 2021): adaptation to unlabelled text
    before anything else."""
    adapt_epochs: int = 1
    self_train: int = 0
    """Rounds in which unlabelled texts get the labels of texts near them (label propagation, Iscen
    et al. 2019) and are learned from."""
    self_train_epochs: int = 3
    """Epochs of such a round."""
    neighbours: float = 0.0
    """The share that the labels of the nearest training texts have in a prediction, beside the
    head (as in language models that look things up, Khandelwal et al. 2020)."""
    probe: float = 0.0
    """The share that a linear head on the encoder as it was before training has in a prediction
    (a linear probe, Alain & Bengio 2016). Texts then take a second pass."""
    ensemble: int = 1
    """So many classifiers, of different seeds, teach one (knowledge distillation, Hinton et al.
    2015) where it is more than one."""
    max_tokens: int = 64
    seconds: Optional[float] = None
    """No epoch is begun after this long."""
    threads: Optional[int] = None
    """Processor cores to use; all that the process may use where it is not given."""
    board: str = ""
    """Folder in which TensorBoard finds the run."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ShoptalkError(
                f"There is no training method {self.method!r}: choose one of {', '.join(METHODS)}."
            )
        if self.adapt not in ("", "tsdae", "simcse"):
            raise ShoptalkError(f"There is no adaptation {self.adapt!r}: choose tsdae or simcse.")
        if self.precision not in ("auto", "bf16", "fp32"):
            raise ShoptalkError(f"There is no precision {self.precision!r}: choose bf16 or fp32.")
        if self.neighbours + self.probe > 1:
            raise ShoptalkError("The shares of neighbours and probe are more than 1 together.")

    @property
    def rate(self) -> float:
        """Peak learning rate of the encoder."""
        return METHODS[self.method] if self.learning_rate is None else self.learning_rate

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> TrainConfig:
        """Take the known options; sequences become tuples."""
        known = {field.name for field in fields(cls)}
        chosen = {name: value for name, value in options.items() if name in known}
        if "targets" in chosen:
            chosen["targets"] = tuple(chosen["targets"])
        return cls(**chosen)
