"""A shop's ranker, trained on its own events and put in force where it is better."""

from __future__ import annotations

import json
import shutil
from typing import Callable, Optional

from bot.ranker.artefact import read_titles, use_ranker, write_ranker
from bot.ranker.config import RankerConfig
from bot.ranker.data import ranker_data
from bot.ranker.measure import Served, measure_both, titles_gain
from bot.ranker.training import train_ranker, triples
from catalog.encoders.base import load_base
from catalog.encoders.tuned import RANKER, shop_base
from catalog.feeds.event_log import event_table_of
from catalog.settings import Settings
from catalog.shop import Shop

Report = Callable[[str], None]
#: Requests that the encoders are compared on.
TESTED = 1000


def train_shop_ranker(
    settings: Settings,
    report: Report,
    config: Optional[RankerConfig] = None,
    *,
    force: bool = False,
) -> bool:
    """Fine-tune the encoder on a shop's log; what was interrupted goes on where it was.

    Trained on the first 80 % of the requests by time, it is compared with the encoder it comes
    from on the last 10 %, and put in force only where it ranks what was taken there higher.

    Returns
    -------
    Whether a new ranker is in force.

    Raises
    ------
    ShoptalkError
        Where the shop has too few events.
    """
    config = config or RankerConfig()
    shop = Shop.open(settings.shop_dir)
    folder = shop.ranker_dir
    try:
        base, revision = load_base(settings), shop.store.events_revision()
        own = shop_base(settings, folder)
        if own.fingerprint != base.fingerprint and not force:
            made = json.loads((own.folder / RANKER).read_text("utf-8"))
            if made["figures"].get("events") == revision:
                report("The ranker is trained already.")
                return False
        table = event_table_of(shop.store)
        data = ranker_data(table, shop.store.iter_products(), config, TESTED)
    finally:
        shop.close()
    training = folder / f"training-{base.fingerprint}-{revision}"
    for left in folder.glob("training-*"):
        if left != training or force:
            shutil.rmtree(left, ignore_errors=True)
    untuned = Served.of(base, data.texts, report)
    before = measure_both(untuned, data.test, data.titles)["history"]
    learned = triples(data.learned, data.texts, data.titles, base, config)
    model = train_ranker(learned, base, config, training, report)
    tuned = write_ranker(model, base, folder, {"events": revision})
    served = Served.of(tuned, data.texts, report)
    after = measure_both(served, data.test, data.titles)["history"]
    for name, value in after.items():
        report(f"{name}: {before[name]:.4f} before, {value:.4f} now")
    shutil.rmtree(training, ignore_errors=True)
    gain = titles_gain(served, data.valid, data.titles)
    read_titles(tuned, config.recent if gain > 0 else 0, gain)
    if gain > 0:
        report(f"It reads titles of what a shopper took before: nDCG@10 {gain:+.4f}.")
    if after["ndcg@10"] <= before["ndcg@10"]:
        report("The ranker is no better than the encoder as it is, and is left out.")
        return False
    use_ranker(folder, tuned)
    report(f"The ranker is in force from the next index on: shoptalk index --shop {shop.path}")
    return True
