"""The learned stages of the drift detector, trained on streams whose drift is known."""

from __future__ import annotations

from typing import Callable, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt

from actions.interest.drift.many import statistics_along, surprises
from actions.interest.drift.model import DriftModel, Learned
from actions.interest.drift.recurrent import Gru
from actions.interest.drift.same_shopper import Array, TwoCovariance, TwoCovarianceConfig
from actions.interest.drift.splices import SpliceConfig, Splicer, Stream
from actions.interest.drift.statistics import limited
from bot.drift_detector.config import DriftTrainConfig

Likes = Mapping[int, npt.NDArray[np.int64]]
Report = Optional[Callable[[str], None]]


def learn(
    vectors: npt.NDArray[np.floating],
    likes: Likes,
    config: Optional[DriftTrainConfig] = None,
    seed: int = 0,
    report: Report = None,
    calm: Optional[Likes] = None,
) -> DriftModel:
    """Train on shoppers' likes.

    Parameters
    ----------
    vectors
        Of items, shape (items, d), made from others' likes.
    likes
        Shopper → codes of what was liked, in order of time.
    calm
        Likes that hang together more loosely: in none of them is a change to be seen.

    Returns
    -------
    The model, its threshold not yet chosen.

    Raises
    ------
    ValueError
        Where too few liked enough.
    """
    config = config or DriftTrainConfig()
    items = np.asarray(vectors, np.float32)
    spaces = fit_spaces(items, likes, config)
    surprise = train_surprise(
        [spaces[0].project(items[own]) for own in likes.values() if len(own) > 1], config, seed
    )
    streams = cut_streams(items, likes, config, seed, calm)
    seen, truth, weight = examples(items, streams, spaces, surprise, config, report)
    learned = train_drift(seen, truth, weight, surprise, config, seed, report)
    return DriftModel(items=items, spaces=spaces, learned=learned, beside=config.beside)


def fit_spaces(items: Array, likes: Likes, config: DriftTrainConfig) -> Tuple[TwoCovariance, ...]:
    """The spaces that likes are compared in."""
    groups = [items[own] for own in likes.values()]
    return tuple(
        TwoCovariance.fit(groups, TwoCovarianceConfig(evenness=evenness))
        for evenness in config.evenness
    )


def cut_streams(
    items: Array,
    likes: Likes,
    config: DriftTrainConfig,
    seed: int,
    calm: Optional[Likes] = None,
) -> Dict[int, List[Stream]]:
    """Streams to learn from by their length.

    Raises
    ------
    ValueError
        Where too few liked enough.
    """
    splices = SpliceConfig(earliest=config.earliest, before=config.before, far=config.far)
    splicer = Splicer(likes, items, seed, splices)
    loose = Splicer(calm or {}, items, seed, splices)
    found: Dict[int, List[Stream]] = {}
    for length in config.lengths:
        count = config.streams * max(config.lengths) // (len(config.lengths) * length)
        own: List[Stream] = []
        for kind, share in config.kinds:
            own += splicer.streams(kind, sorted(likes), length, round(share * count))
        own += loose.streams("shuffled", sorted(calm or {}), length, round(config.calm * count))
        if any(s.drift is None for s in own) and any(s.drift is not None for s in own):
            found[length] = own
    if not found:
        raise ValueError("Too few shoppers liked enough to learn from how interest changes.")
    return found


def examples(
    items: Array,
    streams_of: Mapping[int, Sequence[Stream]],
    spaces: Tuple[TwoCovariance, ...],
    surprise: Gru,
    config: DriftTrainConfig,
    report: Report = None,
) -> Tuple[Array, Array, Array]:
    """What is seen of streams, the truth about them, and what each like counts.

    Returns
    -------
    Shapes (streams, length, inputs) and twice (streams, length); shorter streams are filled up
    with likes that count nothing.
    """
    longest = max(config.lengths)
    parts = []
    for length, streams in streams_of.items():
        if report:
            report(f"Following {len(streams)} streams of {length} likes …")
        vectors = items[np.stack([stream.items for stream in streams])]
        found, _, points = statistics_along(vectors, spaces)
        seen = np.concatenate([limited(found), surprises(surprise, points)], -1)
        truth, weight = targets(streams, config)
        fill = ((0, 0), (0, longest - length))
        parts.append((np.pad(seen, (*fill, (0, 0))), np.pad(truth, fill), np.pad(weight, fill)))
    seen, truth, weight = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return seen.astype(np.float32), truth, weight


def targets(streams: Sequence[Stream], config: DriftTrainConfig) -> Tuple[Array, Array]:
    """Whether interest has changed by each like, and what the like counts in learning it."""
    length = len(streams[0])
    truth = np.zeros((len(streams), length), np.float32)
    weight = np.ones((len(streams), length), np.float32)
    for row, stream in enumerate(streams):
        if stream.drift is None:
            weight[row] = config.gift if stream.kind == "blip" else 1.0
            continue
        truth[row, stream.drift :] = 1
        weight[row, stream.drift + config.soon :] = config.late
        if stream.back is not None:
            weight[row, stream.back :] = 0
    return truth, weight


def train_surprise(points: Sequence[Array], config: DriftTrainConfig, seed: int) -> Gru:
    """A model that expects the next like from those before it, in the first space."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    width, longest = points[0].shape[1], max(config.lengths)
    gru = torch.nn.GRU(width, config.surprise_hidden, batch_first=True)
    read = torch.nn.Linear(config.surprise_hidden, width)
    torch.nn.init.zeros_(read.weight)
    torch.nn.init.zeros_(read.bias)
    parameters = [*gru.parameters(), *read.parameters()]
    steps = config.surprise_epochs * (1 + len(points) // 32)
    optimiser = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=config.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-2, total_steps=steps + 1)
    for _ in range(config.surprise_epochs):
        order = torch.randperm(len(points), generator=generator).tolist()
        for first in range(0, len(points), 32):
            batch, known = [], []
            for one in order[first : first + 32]:
                own = rng.permutation(points[one])[:longest]
                batch.append(np.pad(own, ((0, longest - len(own)), (0, 0))))
                known.append(np.arange(longest) < len(own))
            likes = torch.from_numpy(np.stack(batch).astype(np.float32))
            there = torch.from_numpy(np.stack(known))
            states, _ = gru(torch.nn.functional.pad(likes[:, :-1], (0, 0, 1, 0)))
            missed = ((read(states) - likes) ** 2).mean(-1)
            loss = missed[there].mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
    return _kept([(gru, read)])


def train_drift(
    seen: Array,
    truth: Array,
    weight: Array,
    surprise: Gru,
    config: DriftTrainConfig,
    seed: int,
    report: Report = None,
) -> Learned:
    """Members that read the statistics like by like, averaged later on."""
    known = weight > 0
    centre = seen[known].mean(0)
    scale = np.maximum(seen[known].std(0), 1e-3)
    inputs = (seen - centre) / scale
    members = []
    for member in range(config.members):
        if report:
            report(f"Training member {member + 1} of {config.members} …")
        members.append(_member(inputs, truth, weight, config, 1000 * seed + member))
    return Learned(surprise, _kept(members), centre, scale)


def _member(
    inputs: Array, truth: Array, weight: Array, config: DriftTrainConfig, seed: int
) -> Tuple[object, object]:
    import torch

    torch.manual_seed(seed)
    seen, right, counts = (torch.from_numpy(a) for a in (inputs, truth, weight))
    gru = torch.nn.GRU(seen.shape[2], config.hidden, batch_first=True)
    read = torch.nn.Linear(config.hidden, 1)
    parameters = [*gru.parameters(), *read.parameters()]
    steps = config.epochs * -(-len(seen) // config.batch)
    optimiser = torch.optim.AdamW(parameters, lr=config.rate, weight_decay=config.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.rate, total_steps=steps + 1)
    for _ in range(config.epochs):
        for rows in torch.randperm(len(seen)).split(config.batch):
            own = seen[rows]
            kept = torch.rand(len(rows), 1, own.shape[2]) >= config.dropout
            states, _ = gru(own * kept)
            logits = read(states)[..., 0]
            loss = _loss(logits, right[rows], counts[rows], config.worst)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
    return gru, read


def _loss(logits, right, counts, worst):  # type: ignore[no-untyped-def]
    """Cross-entropy of every like, and of the highest log odds where nothing changes."""
    import torch

    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, right, reduction="none")
    mean = (each * counts).sum() / counts.sum()
    calm = torch.where((right == 0) & (counts > 0), logits, torch.full_like(logits, -30.0))
    highest = torch.logsumexp(2 * calm, 1) / 2
    return mean + worst * torch.nn.functional.softplus(highest).mean()


def _kept(members) -> Gru:  # type: ignore[no-untyped-def]
    """Trained members as they are served."""

    def stacked(pick) -> Array:  # type: ignore[no-untyped-def]
        return np.stack([pick(gru, read).detach().numpy() for gru, read in members])

    return Gru(
        of_input=stacked(lambda gru, read: gru.weight_ih_l0),
        of_state=stacked(lambda gru, read: gru.weight_hh_l0),
        input_bias=stacked(lambda gru, read: gru.bias_ih_l0),
        state_bias=stacked(lambda gru, read: gru.bias_hh_l0),
        read=stacked(lambda gru, read: read.weight),
        read_bias=stacked(lambda gru, read: read.bias),
    )
