"""Benchmarks that take minutes: one line of BENCHMARKS.md each, written where they were measured.

Between the marks of a table every line is one data set. Measuring it again replaces its line and
leaves the others, so that no one has to measure everything to correct one figure.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from bot.evaluate.report import this_machine
from catalog.errors import ShoptalkError

BEGIN = "<!-- {what}: written by `shoptalk evaluate {what} --keep` -->"
END = "<!-- end of {what} -->"

#: Kinds of reason, as they are told.
REASONS = (
    "constraint", "soft", "goes_with", "similar", "liked", "alike", "graph", "taste",
    "words", "rating", "price_fit", "new",
)  # fmt: skip
#: Benchmark → column → key of its figures and how it is told. ``a.b`` is key b in the object a.
COLUMNS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "nlu": {
        "accuracy": ("accuracy", "{:.2%}"),
        "in scope": ("in_scope_accuracy", "{:.2%}"),
        "out of scope": ("oos_recall", "{:.2%}"),
        "best with both": ("best_accuracy_with_oos", "{:.2%}"),
        "ECE": ("ece", "{:.3f}"),
        "training": ("train_seconds", "{:.0f} s"),
        "one text": ("ms_p50", "{:.1f} ms"),
        "DIET accuracy": ("peer.accuracy", "{:.2%}"),
        "DIET in scope": ("peer.in_scope_accuracy", "{:.2%}"),
        "DIET out of scope": ("peer.oos_recall", "{:.2%}"),
        "DIET best with both": ("peer.best_accuracy_with_oos", "{:.2%}"),
    },
    "options": {
        "accuracy": ("accuracy", "{:.2%}"),
        "sd": ("sd.accuracy", "{:.2%}"),
        "gained": ("gained", "{:+.2%}"),
        "training": ("train_seconds", "{:.0f} s"),
        "seeds": ("seeds", "{}"),
    },
    "recommend": {
        "nDCG@10": ("ndcg@10", "{:.4f}"),
        "sd": ("sd.ndcg@10", "{:.4f}"),
        "precision@10": ("precision@10", "{:.4f}"),
        "recall@20": ("recall@20", "{:.4f}"),
        "AUC": ("auc", "{:.4f}"),
        "RMSE": ("rmse", "{:.4f}"),
        "coverage@10": ("coverage@10", "{:.3f}"),
        "Gini": ("gini", "{:.3f}"),
        "ARP": ("arp", "{:.1f}"),
        "APLT": ("aplt", "{:.3f}"),
        "fit": ("fit_seconds", "{:.1f} s"),
    },
    "ranker": {
        "AUC": ("auc", "{:.4f}"),
        "nDCG@10": ("ndcg@10", "{:.4f}"),
        "precision@10": ("precision@10", "{:.4f}"),
        "recall@20": ("recall@20", "{:.4f}"),
        "training": ("train_seconds", "{:.0f} s"),
        "gain in nDCG": ("gain.mean", "{:+.4f}"),
        "… from": ("gain.low", "{:+.4f}"),
        "… to": ("gain.high", "{:+.4f}"),
        "a request takes more": ("p50_ms", "{:.0f} ms"),
        "… 95th percentile": ("p95_ms", "{:.0f} ms"),
    },
    "long-tail": {
        "nDCG@10": ("ndcg@10", "{:.4f}"),
        "cost": ("cost", "{:.2%}"),
        "APLT": ("aplt", "{:.3f}"),
        "coverage@10": ("coverage@10", "{:.3f}"),
        "coverage gained": ("coverage_gain", "{:+.0%}"),
    },
    "blend": {
        "lists": ("lists.valid", "{:,}"),
        "nDCG@10 default": ("methods.default.ndcg@10", "{:.4f}"),
        "learned": ("methods.learned.ndcg@10", "{:.4f}"),
        "places ignored": ("methods.without_position.ndcg@10", "{:.4f}"),
        "AUC default": ("methods.default.auc", "{:.4f}"),
        "AUC learned": ("methods.learned.auc", "{:.4f}"),
        "AUC places ignored": ("methods.without_position.auc", "{:.4f}"),
        "found@10 default": ("methods.default.found@10", "{:.4f}"),
        "found@10 learned": ("methods.learned.found@10", "{:.4f}"),
        "tail costs": ("long_tail.cost", "{:.2%}"),
        "APLT@3 before": ("long_tail.before.aplt@3", "{:.3f}"),
        "APLT@3": ("long_tail.aplt@3", "{:.3f}"),
        "coverage@3 before": ("long_tail.before.coverage@3", "{:.3f}"),
        "coverage@3": ("long_tail.coverage@3", "{:.3f}"),
    },
    "drift": {
        "far: F1@10": ("far_splice.f1@10", "{:.3f}"),
        "TPR@5": ("far_splice.tpr@5", "{:.3f}"),
        "TPR@20": ("far_splice.tpr@20", "{:.3f}"),
        "delay": ("far_splice.mtd", "{:.1f}"),
        "false alarms": ("far_splice.far", "{:.1%}"),
        "random: TPR@10": ("random_splice.tpr@10", "{:.3f}"),
        "clusters: F1@10": ("cluster_switch.f1@10", "{:.3f}"),
        "gradual: F1@10": ("gradual.f1@10", "{:.3f}"),
        "A→B→A: F1@10": ("return.f1@10", "{:.3f}"),
        "alarms at a gift": ("blip.far", "{:.1%}"),
        "in natural order": ("natural.far", "{:.0%}"),
        "off by": ("far_splice.localisation", "{:.1f}"),
        "an event": ("far_splice.us_per_event", "{:.0f} µs"),
        "… 95th percentile": ("far_splice.us_per_event_p95", "{:.0f} µs"),
    },
    "drift-ahead": {
        **{
            f"{told}{name}": (f"{kind}.{key}", "{:+.3f}")
            for kind, told in (("far_splice", "far: "), ("random_splice", "random: "))
            for name, key in (
                ("F1@10", "f1@10.mean"),
                ("F1@10 from", "f1@10.low"),
                ("F1@10 to", "f1@10.high"),
                ("TPR@5", "tpr@5.mean"),
                ("TPR@5 from", "tpr@5.low"),
                ("TPR@5 to", "tpr@5.high"),
            )
        },
        "random: delay": ("random_splice.mtd.mean", "{:+.2f}"),
        "… from": ("random_splice.mtd.low", "{:+.2f}"),
        "… to": ("random_splice.mtd.high", "{:+.2f}"),
    },
    "drift-recovery": {
        "after a far splice": ("far_splice.mean", "{:.2f}"),
        "… from": ("far_splice.low", "{:.2f}"),
        "… to": ("far_splice.high", "{:.2f}"),
        "in A→B→A": ("return.mean", "{:.2f}"),
        "…… from": ("return.low", "{:.2f}"),
        "…… to": ("return.high", "{:.2f}"),
        "harm without drift": ("harm.mean", "{:+.2%}"),
        "…… … from": ("harm.low", "{:+.2%}"),
        "…… … to": ("harm.high", "{:+.2%}"),
    },
    "drift-usenet": {
        "found within 30": ("found", "{}"),
        "of": ("of", "{}"),
        "mean delay": ("mtd", "{:.1f}"),
        "false alarms": ("false_alarms", "{}"),
        "a message": ("us_per_message", "{:.0f} µs"),
        "made up: found": ("made_up.found", "{:.0%}"),
        "made up: false alarms a stream": ("made_up.false_alarms_a_stream", "{:.2f}"),
    },
    "explain": {
        "reasons": ("reasons", "{:,}"),
        "true": ("true", "{:.1%}"),
        "… from": ("from", "{:.1%}"),
        "… to": ("to", "{:.1%}"),
        **{kind: (f"of_kind.{kind}.true", "{:.1%}") for kind in REASONS},
    },
    "slots": {
        "F1": ("f1", "{:.2%}"),
        "precision": ("precision", "{:.2%}"),
        "recall": ("recall", "{:.2%}"),
        "training": ("train_seconds", "{:.0f} s"),
        "one text": ("ms_per_text", "{:.1f} ms"),
        "DIET F1": ("peer.f1", "{:.2%}"),
    },
    "faq": {
        "entries": ("entries", "{}"),
        "right": ("accuracy", "{:.1%}"),
        "English": ("accuracy_en", "{:.1%}"),
        "Chinese": ("accuracy_zh", "{:.1%}"),
        "off topic: none": ("rejected", "{:.1%}"),
        "first": ("first", "{:.1%}"),
        "right, strictly": ("strict", "{:.1%}"),
        "cosine right": ("peers.cosine.accuracy", "{:.1%}"),
        "cosine none": ("peers.cosine.rejected", "{:.1%}"),
        "cosine first": ("peers.cosine.first", "{:.1%}"),
        "BM25 right": ("peers.bm25.accuracy", "{:.1%}"),
        "BM25 none": ("peers.bm25.rejected", "{:.1%}"),
        "BM25 first": ("peers.bm25.first", "{:.1%}"),
        "one question": ("ms_p50", "{:.1f} ms"),
    },
    "attributes": {
        "accuracy": ("accuracy", "{:.2%}"),
        "macro F1": ("macro_f1", "{:.2%}"),
        "inferred": ("coverage", "{:.1%}"),
        "… of it right": ("precision", "{:.2%}"),
        "ECE": ("ece", "{:.3f}"),
        "tagger alone": ("ablation.tagger.accuracy", "{:.2%}"),
        "classifier alone": ("ablation.classifier.accuracy", "{:.2%}"),
        "lookup": ("peer.accuracy", "{:.2%}"),
        "training": ("fit_seconds", "{:.1f} s"),
    },
    "scale": {
        "products": ("products", "{:,}"),
        "p50": ("p50_ms", "{:.1f} ms"),
        "p95": ("p95_ms", "{:.1f} ms"),
        "filtered p95": ("filtered.p95_ms", "{:.1f} ms"),
        "unfiltered p95": ("unfiltered.p95_ms", "{:.1f} ms"),
        "recall@10 filtered": ("filtered.recall@10", "{:.3f}"),
        "recall@10 unfiltered": ("unfiltered.recall@10", "{:.3f}"),
        "FAISS flat alone p95": ("flat.p95_ms", "{:.1f} ms"),
        "ranking and fold-in p95": ("ranking.p95_ms", "{:.2f} ms"),
        "index built in": ("build_seconds", "{:.0f} s"),
        "memory": ("memory_mb", "{} MB"),
    },
    "ask": {
        "SR@15": ("clean.sr@15", "{:.1%}"),
        "turns": ("clean.turns_as_published", "{:.2f}"),
        "… beginning not counted": ("clean.turns", "{:.2f}"),
        "SR@15, 5% wrong": ("wrong_5.sr@15", "{:.1%}"),
        "10% wrong": ("wrong_10.sr@15", "{:.1%}"),
        "20% unknown": ("unknown_20.sr@15", "{:.1%}"),
        "published SR@15": ("published.sr@15", "{:.1%}"),
        "published turns": ("published.turns", "{:.2f}"),
    },
    "drift-text": {
        "F1": ("f1", "{:.3f}"),
        "precision": ("precision", "{:.3f}"),
        "recall": ("recall", "{:.3f}"),
        "English F1": ("f1_en", "{:.3f}"),
        "Chinese F1": ("f1_zh", "{:.3f}"),
        "kind named": ("accuracy", "{:.1%}"),
        "reader ahead by": ("behind.f1", "{:+.3f}"),
        "… from": ("behind.low", "{:+.3f}"),
        "… to": ("behind.high", "{:+.3f}"),
        "one reading p50": ("p50_ms", "{:.1f} ms"),
        "p95": ("p95_ms", "{:.1f} ms"),
    },
    "ask-speed": {
        "products": ("products", "{:,}"),
        "values": ("values", "{:,}"),
        "p50": ("p50_ms", "{:.1f} ms"),
        "p95": ("p95_ms", "{:.1f} ms"),
        "first move p95": ("first_p95_ms", "{:.1f} ms"),
        "an answer p95": ("update_p95_ms", "{:.1f} ms"),
        "below a list p95": ("below_a_list_p95_ms", "{:.1f} ms"),
    },
    "interest": {
        "shoppers": ("shoppers.test", "{:,}"),
        "nDCG@10": ("ndcg@10", "{:.4f}"),
        "as shipped": ("models.shipped.ndcg@10", "{:.4f}"),
        **{
            told: (f"models.{name}.ndcg@10", "{:.4f}")
            for name, told in (
                ("last-k", "last k"),
                ("decay", "decay"),
                ("single", "one vector"),
                ("popularity", "popularity"),
            )
        },
        **{
            f"{told} {end}": (f"ahead.{name}.{key}", "{:+.4f}")
            for name, told in (("last-k", "last k"), ("decay", "decay"), ("single", "one vector"))
            for key, end in (("mean", "behind by"), ("low", "… from"), ("high", "… to"))
        },
        "an act p50": ("update.p50_us", "{:.0f} µs"),
        "p95": ("update.p95_us", "{:.0f} µs"),
        "most": ("update.max_us", "{:.0f} µs"),
    },
    "search": {
        "queries": ("queries.all", "{}"),
        "nDCG@10": ("methods.default.ndcg@10", "{:.3f}"),
        "English": ("methods.default.languages.en.ndcg@10", "{:.3f}"),
        "Chinese": ("methods.default.languages.zh.ndcg@10", "{:.3f}"),
        "recall@10": ("methods.default.recall@10", "{:.3f}"),
        "BM25": ("methods.bm25.ndcg@10", "{:.3f}"),
        "bm25s": ("methods.bm25s.ndcg@10", "{:.3f}"),
        "vectors": ("methods.vectors.ndcg@10", "{:.3f}"),
        "rank fusion": ("methods.rrf.ndcg@10", "{:.3f}"),
        "words + vectors": ("methods.fused.ndcg@10", "{:.3f}"),
        "ahead of rank fusion": ("ahead.rrf.all.mean", "{:+.3f}"),
        "… from": ("ahead.rrf.all.low", "{:+.3f}"),
        "… to": ("ahead.rrf.all.high", "{:+.3f}"),
        "one query": ("methods.default.p50_ms", "{:.1f} ms"),
    },
    "flood": {
        "normal p95": ("normal_p95_ms", "{:.0f} ms"),
        "beside the flood": ("flooded_p95_ms", "{:.0f} ms"),
        "ratio": ("ratio", "{:.2f}"),
        "normal p50": ("normal_p50_ms", "{:.0f} ms"),
        "p50 beside it": ("flooded_p50_ms", "{:.0f} ms"),
        "offered": ("offered", "{:,}"),
        "accepted": ("accepted", "{}"),
        "refused": ("refused", "{}"),
        "turns": ("normal_turns", "{}"),
        "turns beside it": ("flooded_turns", "{}"),
    },
    "durability": {
        "messages": ("turns", "{}"),
        "kills": ("kills", "{}"),
        "acknowledged": ("acknowledged", "{}"),
        "one reply": ("replied_once", "{}"),
        "none": ("lost", "{}"),
        "several": ("doubled", "{}"),
        "other than in peace": ("differ", "{}"),
        "p50": ("p50_ms", "{:.0f} ms"),
        "p95": ("p95_ms", "{:.0f} ms"),
        "p50 in peace": ("in_peace.web.p50_ms", "{:.0f} ms"),
        "over REST": ("in_peace.rest.p50_ms", "{:.0f} ms"),
    },
    "simulate": {
        "shoppers": ("shoppers", "{}"),
        "found within 5": ("conditions.clean.all.found@5", "{:.3f}"),
        "English": ("conditions.clean.en.found@5", "{:.3f}"),
        "Chinese": ("conditions.clean.zh.found@5", "{:.3f}"),
        "turns": ("conditions.clean.all.turns", "{:.2f}"),
        "questions": ("conditions.clean.all.questions", "{:.2f}"),
        "5 % wrong": ("conditions.wrong-5.all.found@5", "{:.3f}"),
        "10 % wrong": ("conditions.wrong-10.all.found@5", "{:.3f}"),
        "20 % don't know": ("conditions.unknown-20.all.found@5", "{:.3f}"),
        "messy": ("conditions.messy.all.found@5", "{:.3f}"),
        "without questions": ("baselines.without_questions.all.found@5", "{:.3f}"),
        "one search": ("baselines.one_shot.all.found@5", "{:.3f}"),
        "most popular": ("baselines.popularity.all.found@5", "{:.3f}"),
        "ahead of no questions": ("ahead.without_questions.all.found@5.mean", "{:+.3f}"),
        "… from": ("ahead.without_questions.all.found@5.low", "{:+.3f}"),
        "… to": ("ahead.without_questions.all.found@5.high", "{:+.3f}"),
        "turns beside": ("ahead.without_questions.all.turns.mean", "{:+.2f}"),
        "… turns from": ("ahead.without_questions.all.turns.low", "{:+.2f}"),
        "… turns to": ("ahead.without_questions.all.turns.high", "{:+.2f}"),
        "request broken": ("conditions.clean.all.violations.request", "{}"),
        "p50": ("p50_ms", "{:.0f} ms"),
        "p95": ("p95_ms", "{:.0f} ms"),
    },
    "simulate-policy": {
        "asked": ("asked", "{}"),
        "answered": ("answered", "{:.0%}"),
        "no preference": ("dont_care", "{:.0%}"),
        "not known": ("dont_know", "{:.0%}"),
        "found in the next list": ("found_next", "{:.0%}"),
    },
    "understanding": {
        "one intent": ("accuracy", "{:.1%}"),
        "in scope": ("in_scope_accuracy", "{:.1%}"),
        "out of scope": ("oos_recall", "{:.1%}"),
        "several, exactly": ("several", "{:.1%}"),
        "… the main one": ("main_of_several", "{:.1%}"),
        "in context": ("context", "{:.1%}"),
        "… not told it": ("without_context", "{:.1%}"),
        "ECE": ("ece", "{:.3f}"),
        "one message": ("ms_p50", "{:.1f} ms"),
        "… 95th percentile": ("ms_p95", "{:.1f} ms"),
        "DIET one intent": ("peer.accuracy", "{:.1%}"),
        "DIET out of scope": ("peer.oos_recall", "{:.1%}"),
        "DIET one message": ("peer.ms_p50", "{:.1f} ms"),
        "DIET 95th percentile": ("peer.ms_p95", "{:.1f} ms"),
    },
}
#: Options that say where something goes, and nothing about the figures; those with a value first.
WHERE_TO = ("--keep", "--save", "--folder")
ABOUT_KEEPING = (*WHERE_TO, "--json")


def keep(
    what: str,
    title: str,
    figures: Mapping[str, Any],
    document: Path,
    arguments: Optional[Sequence[str]] = None,
) -> None:
    """Put one measurement into its table.

    Parameters
    ----------
    what
        The benchmark, a key of ``COLUMNS``.
    title
        The data and how it was trained on, in a few words; it names the line.
    arguments
        Those of the command that measured it; this process's own where they are not given.

    Raises
    ------
    ShoptalkError
        Where the document has no such table.
    """
    text = document.read_text(encoding="utf-8") if document.is_file() else ""
    begin, end = BEGIN.format(what=what), END.format(what=what)
    before, found, rest = text.partition(begin)
    old, closed, after = rest.partition(end)
    if not found or not closed:
        raise ShoptalkError(
            f"{document} has no place for it: put the lines {begin} and {end} into it."
        )
    names = ("data", *COLUMNS[what], "command", "machine")
    rows = {row[0]: row for row in _rows(old, names)}
    row = _row(what, title, figures, arguments or sys.argv[1:])
    rows[row[0]] = _beside(rows[row[0]], row) if row[0] in rows else row
    lines = [names, ("---",) * len(names), *rows.values()]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    part = document.with_name(f".{document.name}.{os.getpid()}.part")
    part.write_text(f"{before}{begin}\n\n{table}\n\n{end}{after}", encoding="utf-8")
    part.replace(document)


def _rows(table: str, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows of a table, with the columns that there are now."""
    lines = [_cells(line) for line in table.strip().splitlines() if line.startswith("|")]
    had = lines[0] if lines else ()
    return [
        tuple(dict(zip(had, cells, strict=False)).get(name, "") for name in names)
        for cells in lines[2:]
        if cells
    ]


def _beside(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """The new row; with the old one, too, where they measured different things, as ours and the
    peer alone."""
    figures = list(zip(old[1:-2], new[1:-2], strict=True))
    if any(before and now for before, now in figures):
        return new
    both = (before or now for before, now in figures)
    return (new[0], *both, f"{old[-2]} and {new[-2]}", new[-1])


def _row(
    what: str, title: str, figures: Mapping[str, Any], arguments: Sequence[str]
) -> tuple[str, ...]:
    told = [_told(figures, key, form) for key, form in COLUMNS[what].values()]
    machine = "{cpu}, {cores} cores".format(**this_machine())
    return (_plain(title), *told, f"`{_command(arguments)}`", machine)


def _told(figures: Mapping[str, Any], key: str, form: str) -> str:
    value: Any = figures
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else form.format(value)


def _command(arguments: Sequence[str]) -> str:
    words: list[str] = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in ABOUT_KEEPING:
            skip = argument in WHERE_TO
        else:
            words.append(_placeless(argument))
    return _plain(" ".join(["shoptalk", *map(shlex.quote, words)]))


def _placeless(argument: str) -> str:
    """Paths below the folder with test data begin with its variable, wherever it is."""
    folder = os.environ.get("SHOPTALK_TEST_DATA", "")
    return argument.replace(folder.rstrip("/"), "$DATA") if folder.rstrip("/") else argument


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _plain(text: str) -> str:
    return text.replace("|", "∣").replace("\n", " ").strip()
