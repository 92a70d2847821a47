"""Fine-tunes the encoder as a bi-encoder on what shoppers took.

LoRA adapters are trained with the multiple-negatives ranking loss (Henderson et al. 2017): a
context is to be nearer to the product that was taken in it than to those of the other contexts of
the batch, and than to one that was passed over. Popular products are in many batches, and would be
held back for it: what is drawn more often counts less (Yi et al. 2019, "Sampling-Bias-Corrected
Neural Modeling for Large Corpus Item Recommendations"). Training runs in sentence-transformers.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Optional, Sequence

import torch

from bot.ranker.config import RankerConfig
from bot.ranker.examples import Example, context
from catalog.encoders.base import BaseEncoder
from catalog.errors import ShoptalkError

Report = Callable[[str], None]
#: What a checkpoint keeps of what was learned.
ADAPTERS = "adapter_model.safetensors"
#: Ends of the names of the linear layers that get an adapter.
ADAPTED = ["query", "key", "value", "intermediate.dense", "output.dense"]


@dataclass(frozen=True)
class Triple:
    """One step's worth of evidence, as the encoder reads it."""

    anchor: str
    positive: str
    negative: str
    label: tuple[float, float] = (0.0, 0.0)
    """Logarithms of how likely the two products are drawn as such."""


def triples(
    found: Sequence[Example],
    texts: Sequence[str],
    titles: Sequence[str],
    base: BaseEncoder,
    config: RankerConfig,
) -> list[Triple]:
    """One triple for each product that was taken, those of the latest examples, shuffled.

    Where nothing was passed over, the negative is a product drawn at random.

    Parameters
    ----------
    found
        By time.
    """
    drawn = random.Random(config.seed)
    taken_often = _frequencies((t for e in found for t in e.taken), len(texts))
    passed_often = _frequencies((t for e in found for t in e.passed), len(texts))
    out: list[Triple] = []
    for example in reversed(found):
        contexts = [context(example, titles, base.query_prefix)]
        if example.said and example.before and drawn.random() < config.without_history:
            contexts.append(base.query_prefix + example.said)
        for anchor in contexts:
            for taken in example.taken:
                passed = drawn.choice(example.passed or (drawn.randrange(len(texts)),))
                often = passed_often(passed) if example.passed else -math.log(len(texts))
                out.append(
                    Triple(
                        anchor,
                        base.passage_prefix + texts[taken],
                        base.passage_prefix + texts[passed],
                        (taken_often(taken), often),
                    )
                )
        if len(out) >= config.most:
            break
    drawn.shuffle(out)
    return out[: config.most]


def _frequencies(drawn: Iterable[int], n: int) -> Callable[[int], float]:
    """Logarithm of the share of each of ``n`` in what was drawn, counted once more than it is."""
    counts = Counter(drawn)
    total = sum(counts.values()) + n
    return lambda one: math.log((counts[one] + 1) / total)


def train_ranker(
    learned: Sequence[Triple],
    base: BaseEncoder,
    config: RankerConfig,
    folder: Path,
    report: Optional[Report] = None,
) -> Any:
    """Train, going on from the last checkpoint in ``folder`` where there is one.

    Parameters
    ----------
    folder
        Takes checkpoints, and what TensorBoard shows.

    Returns
    -------
    The encoder as a plain ``transformers`` model, with what was learned in its weights.
    """
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer
    from sentence_transformers.training_args import (
        BatchSamplers,
        SentenceTransformerTrainingArguments,
    )
    from transformers import PrinterCallback
    from transformers.trainer_utils import get_last_checkpoint

    folder.mkdir(parents=True, exist_ok=True)
    model = sentence_model(base, config.tokens)
    _adapt(model, config)
    columns = ("anchor", "positive", "negative", "label")
    data = Dataset.from_dict({name: [getattr(t, name) for t in learned] for name in columns})
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch,
        learning_rate=config.learning_rate,
        warmup_steps=config.warm_up,
        lr_scheduler_type="cosine",
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        bf16=True,
        use_cpu=not torch.cuda.is_available(),
        save_steps=config.checkpoints,
        save_total_limit=2,
        logging_steps=10,
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=False,
        seed=config.seed,
    )

    class Resumable(SentenceTransformerTrainer):
        """Takes adapters up again, which the library's own loading leaves out."""

        def _load_from_checkpoint(self, *arguments: Any, **options: Any) -> None:
            load_adapters(model[0].auto_model, Path(arguments[0]))

    trainer = Resumable(
        model=model,
        args=arguments,
        train_dataset=data,
        loss=CorrectedRankingLoss(model, config.scale),
        callbacks=[_callback(folder, report)],
    )
    # What is printed would be in the way of figures on standard output.
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(folder)))
    return _merged(model)


class CorrectedRankingLoss(torch.nn.Module):
    """Softmax over the batch's products, less how often each is drawn."""

    def __init__(self, model: Any, scale: float) -> None:
        super().__init__()
        self.model, self.scale = model, scale

    def forward(self, sentence_features: Iterable[Any], labels: torch.Tensor) -> torch.Tensor:
        """The mean loss; ``labels`` has the two logarithms of ``Triple``, shape (batch, 2)."""
        anchor, *products = (self.model(f)["sentence_embedding"] for f in sentence_features)
        logits = self.scale * anchor @ torch.cat(products).T
        logits = logits.float() - labels.float().T.reshape(1, -1)
        right = torch.arange(len(anchor), device=logits.device)
        return torch.nn.functional.cross_entropy(logits, right)


def sentence_model(base: BaseEncoder, tokens: int) -> Any:
    """The encoder with mean pooling, as sentence-transformers runs it, in float32."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    transformer = Transformer(
        str(base.folder),
        model_kwargs={"dtype": torch.float32, **base.load_options},
        max_seq_length=tokens,
    )
    pooling = Pooling(base.dim, "mean")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device=device)


def _adapt(model: Any, config: RankerConfig) -> None:
    from peft import LoraConfig, TaskType

    layers = model[0].auto_model.config.num_hidden_layers
    model.add_adapter(
        LoraConfig(
            task_type=TaskType.FEATURE_EXTRACTION,
            r=config.rank,
            lora_alpha=2 * config.rank,
            lora_dropout=0.05,
            target_modules=ADAPTED,
            layers_to_transform=list(range(min(config.first_layer, layers // 2), layers)),
        )
    )


def load_adapters(encoder: torch.nn.Module, checkpoint: Path) -> None:
    """Give an encoder the adapters that a checkpoint has.

    Raises
    ------
    ShoptalkError
        Where they are those of another model.
    """
    from safetensors.torch import load_file

    saved = {
        name.removeprefix("base_model.model.").replace(".weight", ".default.weight"): tensor
        for name, tensor in load_file(str(checkpoint / ADAPTERS)).items()
    }
    wanted = {name for name, _ in encoder.named_parameters() if "lora_" in name}
    if wanted != set(saved):
        raise ShoptalkError(
            f"{checkpoint} is of a training with other options: remove its folder to begin anew."
        )
    encoder.load_state_dict(saved, strict=False)


def _merged(model: Any) -> Any:
    """The transformer, with its adapters added to the weights beside which they were trained."""
    from peft.tuners.lora import LoraLayer

    encoder = model[0].auto_model
    for name, module in list(encoder.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            parent, _, own = name.rpartition(".")
            setattr(encoder.get_submodule(parent), own, module.get_base_layer())
    return encoder.eval()


def _callback(folder: Path, report: Optional[Report]) -> Any:
    """Tells the loss where TensorBoard and people see it."""
    from transformers import TrainerCallback

    from bot.nlu.training.board import EventBoard

    class Told(TrainerCallback):
        """Keeps what the trainer logs."""

        def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            self.board = EventBoard(folder / "board")

        def on_log(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            figures = rest.get("logs") or {}
            for name, value in figures.items():
                if isinstance(value, (int, float)):
                    self.board.scalar(name, float(value), state.global_step)
            if report and "loss" in figures:
                step, steps = state.global_step, state.max_steps
                report(f"Training the ranker: step {step} of {steps}, loss {figures['loss']:.3f}")

        def on_train_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            self.board.close()

    return Told()
