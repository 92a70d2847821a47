"""Fine-tuning of the text encoder for intents with low-rank adapters (LoRA). Imports torch."""

from __future__ import annotations

import math
import os
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, ContextManager, Iterator, Optional, Sequence

import numpy as np

if TYPE_CHECKING:
    import torch
    from transformers import BertModel

    from catalog.encoders.base import BaseEncoder

Progress = Callable[[str], None]

#: Logits are this many times the inner product of a unit vector and the weights of the head.
SCALE = 20.0
#: Texts whose lengths differ by less, in tokens, may share a batch.
LENGTH_NOISE = 3.0


@dataclass(frozen=True)
class FineTuneConfig:
    """How the encoder is trained."""

    rank: int = 16
    """Rank of the adapters."""
    alpha: int = 32
    """The adapters' output is scaled by ``alpha / rank``."""
    targets: tuple[str, ...] = ("query", "value", "intermediate.dense")
    """The linear layers that get an adapter, by the end of their name."""
    dropout: float = 0.05
    """Dropout at the input of the adapters."""
    learning_rate: float = 1.5e-3
    """Peak rate of the adapters."""
    head_learning_rate: float = 3e-3
    """Peak rate of the classification head."""
    weight_decay: float = 0.01
    warm_up: float = 0.1
    """Share of the steps in which the rate rises."""
    batch: int = 32
    epochs: int = 5
    patience: int = 2
    """Epochs without progress on the held-out texts after which training stops."""
    label_smoothing: float = 0.1
    fgm: float = 0.0
    """Size of adversarial steps on the word vectors (fast gradient method); 0 is none."""
    max_tokens: int = 64
    seconds: Optional[float] = None
    """No epoch is begun after this long."""
    threads: Optional[int] = None
    """Processor cores to use; all that the process may use where it is not given."""
    seed: int = 0


@dataclass(frozen=True)
class FineTuned:
    """What training changed; everything else is the base encoder's."""

    adapter: dict[str, np.ndarray]
    """``<layer>.A`` (rank, in) and ``<layer>.B`` (out, rank), float16; B is scaled."""
    weights: np.ndarray
    """Head, float32 (labels, dim): logits are ``weights @ vector + bias``."""
    bias: np.ndarray


def fine_tune(
    base: BaseEncoder,
    texts: Sequence[str],
    targets: np.ndarray,
    labels: int,
    held_out: tuple[Sequence[str], np.ndarray],
    config: FineTuneConfig,
    progress: Progress,
) -> FineTuned:
    """Train adapters and a linear head on the mean-pooled, normalised vector of a text.

    Parameters
    ----------
    targets
        int64 (texts,), the number of each text's label.
    held_out
        Texts and targets that decide when to stop; without texts all epochs are run.
    """
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads or len(os.sched_getaffinity(0)))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    encoder: Any = base.model()
    encoder.to(device)
    autocast = _autocast(encoder, device)
    lora = LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        target_modules=list(config.targets),
        lora_dropout=config.dropout,
    )
    model = get_peft_model(encoder, lora)
    head = torch.nn.Linear(base.dim, labels, device=device)
    torch.nn.init.normal_(head.weight, std=0.02)
    torch.nn.init.zeros_(head.bias)

    data = _Tokenised.of(base, texts, config)
    check = _Tokenised.of(base, held_out[0], config)
    steps = math.ceil(len(texts) / config.batch) * config.epochs
    adapters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": adapters, "lr": config.learning_rate},
            {"params": list(head.parameters()), "lr": config.head_learning_rate},
        ],
        weight_decay=config.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: _rate(step, steps, config.warm_up)
    )
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=config.label_smoothing)
    goals = torch.from_numpy(np.asarray(targets, np.int64)).to(device)
    random = np.random.default_rng(config.seed)

    def logits(
        ids: torch.Tensor, mask: torch.Tensor, noise: Optional[torch.Tensor] = None
    ) -> torch.Tensor:
        with autocast():
            words = encoder.embeddings.word_embeddings(ids)
            words = words if noise is None else words + noise
            hidden = model(inputs_embeds=words, attention_mask=mask).last_hidden_state
        share = mask.unsqueeze(-1).float()
        vector = (hidden.float() * share).sum(1) / share.sum(1)
        return SCALE * head(torch.nn.functional.normalize(vector, dim=-1))

    def step(chosen: np.ndarray) -> float:
        ids, mask = data.batch(chosen, device)
        goal = goals[torch.from_numpy(chosen).to(device)]
        noise = _zero_noise(encoder, ids) if config.fgm else None
        loss = loss_of(logits(ids, mask, noise), goal)
        loss.backward()
        if noise is not None and noise.grad is not None:
            away = config.fgm * noise.grad / (noise.grad.norm() + 1e-12)
            loss_of(logits(ids, mask, away), goal).backward()
        torch.nn.utils.clip_grad_norm_(adapters, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        return float(loss.detach())

    def score() -> float:
        model.eval()
        right = 0
        with torch.no_grad():
            for chosen in _in_turn(len(check.rows), config.batch):
                guess = logits(*check.batch(chosen, device)).argmax(-1).cpu().numpy()
                right += int((guess == held_out[1][chosen]).sum())
        return right / len(check.rows)

    began = time.monotonic()
    best, best_state, waited = -1.0, _state(model, head), 0
    for epoch in range(config.epochs):
        model.train()
        losses = []
        batches = list(_by_length(data.lengths, config.batch, random))
        for number, chosen in enumerate(batches):
            losses.append(step(chosen))
            if number % 10 == 9:
                progress(f"epoch {epoch + 1}/{config.epochs}, {number + 1}/{len(batches)}")
        spent = time.monotonic() - began
        accuracy = score() if check.rows else float(epoch)
        known = f", {accuracy:.1%} of the held-out texts right" if check.rows else ""
        progress(
            f"epoch {epoch + 1}/{config.epochs}: loss {np.mean(losses):.3f}{known}, {spent:.0f} s"
        )
        if accuracy > best:
            best, best_state, waited = accuracy, _state(model, head), 0
        else:
            waited += 1
        if waited >= config.patience or (config.seconds and spent > config.seconds):
            break
    return _collect(best_state, config)


def merge(model: BertModel, adapter: dict[str, np.ndarray]) -> BertModel:
    """Add adapters to the weights of ``model``, in place, and return it.

    Raises
    ------
    KeyError
        Where a layer of the adapter is not in the model: it belongs to another encoder.
    """
    import torch

    layers = dict(model.named_modules())
    with torch.no_grad():
        for name in sorted({key.rsplit(".", 1)[0] for key in adapter}):
            a = torch.from_numpy(adapter[f"{name}.A"].astype(np.float32))
            b = torch.from_numpy(adapter[f"{name}.B"].astype(np.float32))
            layers[name].weight += b @ a
    return model


@dataclass(frozen=True)
class _Tokenised:
    rows: list[list[int]]
    lengths: np.ndarray

    @classmethod
    def of(cls, base: BaseEncoder, texts: Sequence[str], config: FineTuneConfig) -> _Tokenised:
        encodings = base.tokenizer.encode_batch([base.query_prefix + text for text in texts])
        limit = min(config.max_tokens, base.max_tokens)
        rows = [
            e.ids if len(e.ids) <= limit else [*e.ids[: limit - 1], e.ids[-1]] for e in encodings
        ]
        return cls(rows, np.array([len(row) for row in rows], np.int64))

    def batch(self, chosen: np.ndarray, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        import torch

        ids = np.ones((len(chosen), int(self.lengths[chosen].max())), np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(chosen):
            ids[i, : self.lengths[row]] = self.rows[row]
            mask[i, : self.lengths[row]] = 1
        return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def _by_length(
    lengths: np.ndarray, batch: int, random: np.random.Generator
) -> Iterator[np.ndarray]:
    """Batches of texts of about the same length, in random order: little padding."""
    order = np.argsort(lengths + random.uniform(0, LENGTH_NOISE, len(lengths)), kind="stable")
    parts = [order[i : i + batch] for i in range(0, len(order), batch)]
    for i in random.permutation(len(parts)):
        yield parts[i]


def _in_turn(count: int, batch: int) -> Iterator[np.ndarray]:
    for start in range(0, count, batch):
        yield np.arange(start, min(start + batch, count))


def _rate(step: int, steps: int, warm_up: float) -> float:
    """Linear warm-up, then linear decay to zero."""
    rise = max(1, int(steps * warm_up))
    return (step + 1) / rise if step < rise else max(0.0, (steps - step) / max(1, steps - rise))


def _zero_noise(encoder: BertModel, ids: torch.Tensor) -> torch.Tensor:
    import torch

    width = encoder.embeddings.word_embeddings.embedding_dim
    return torch.zeros((*ids.shape, width), device=ids.device, requires_grad=True)


def _autocast(encoder: Any, device: torch.device) -> Callable[[], ContextManager[Any]]:
    """Half precision where the machine is faster with it: always on a GPU, measured on a CPU."""
    import torch

    if device.type == "cuda":
        return lambda: torch.autocast("cuda", torch.bfloat16)
    if not _bfloat16_is_fast():
        return nullcontext
    encoder.to(torch.bfloat16)
    return lambda: torch.autocast("cpu", torch.bfloat16)


def _bfloat16_is_fast() -> bool:
    import torch

    def seconds(kind: torch.dtype) -> float:
        a, b = torch.ones(512, 384, dtype=kind), torch.ones(384, 1536, dtype=kind)
        a @ b
        began = time.perf_counter()
        for _ in range(5):
            a @ b
        return time.perf_counter() - began

    return seconds(torch.bfloat16) < 0.7 * seconds(torch.float32)


def _state(model: Any, head: torch.nn.Linear) -> dict[str, np.ndarray]:
    """A copy of everything that is trained."""
    state = {f"head.{name}": value for name, value in head.state_dict().items()}
    state.update({name: p for name, p in model.named_parameters() if p.requires_grad})
    return {name: value.detach().float().cpu().numpy().copy() for name, value in state.items()}


def _collect(state: dict[str, np.ndarray], config: FineTuneConfig) -> FineTuned:
    scaling = config.alpha / config.rank
    adapter = {}
    for name, value in state.items():
        layer = name.removeprefix("base_model.model.")
        if ".lora_A." in name:
            adapter[layer.split(".lora_A.")[0] + ".A"] = value.astype(np.float16)
        elif ".lora_B." in name:
            adapter[layer.split(".lora_B.")[0] + ".B"] = (scaling * value).astype(np.float16)
    return FineTuned(adapter, SCALE * state["head.weight"], SCALE * state["head.bias"])


def to_stderr(message: str) -> None:
    """Report progress where logs go."""
    print(message, file=sys.stderr, flush=True)
