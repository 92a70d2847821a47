"""Simulated shoppers: what their log promises to those who learn from it."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from datetime import timedelta

import numpy as np
import pytest

from catalog.demo import ensure_demo_shop, write_feed
from catalog.demo.offers import TODAY
from catalog.demo.shoppers import PREFIX, Simulation, event_rows, renew_shoppers, simulate_shoppers
from catalog.demo.shoppers.banks import load_banks
from catalog.demo.shoppers.tastes import CHANGES
from catalog.events import Event
from catalog.feeds import read_items
from catalog.feeds.events import event_table_of
from catalog.product import Product

HAN = re.compile("[\u4e00-\u9fff]")
WANTED = ("clicked", "liked", "carted", "bought")


@pytest.fixture(scope="module")
def products(tmp_path_factory) -> dict[str, Product]:
    return {p.id: p for p in read_items(*write_feed(tmp_path_factory.mktemp("demo")))}


@pytest.fixture(scope="module")
def simulation(products) -> Simulation:
    return simulate_shoppers(products.values())


@pytest.fixture(scope="module")
def requests(simulation) -> dict[tuple[str, str], list[Event]]:
    """Conversation and words → the events of the request."""
    found = defaultdict(list)
    for event in simulation.events:
        found[event.conversation_id, event.payload["query"]].append(event)
    return found


def department(product: Product) -> str:
    return product.product_type[0]


def test_the_log_is_large_and_a_year_long(simulation):
    events = simulation.events
    assert len(events) > 100_000
    assert 1500 <= len({e.shopper_id for e in events}) <= 2500
    assert events[-1].at.date() <= TODAY
    assert 330 < (events[-1].at - events[0].at).days <= 366
    assert [e.at for e in events] == sorted(e.at for e in events)
    assert len({e.key for e in events}) == len(events)
    assert all(e.key.startswith(PREFIX) for e in events)


def test_the_same_seed_makes_the_same_events_and_another_does_not(products):
    first = simulate_shoppers(products.values(), shoppers=40)
    assert simulate_shoppers(products.values(), shoppers=40) == first
    assert simulate_shoppers(products.values(), shoppers=40, seed=12).events != first.events


def test_more_shoppers_leave_the_first_as_they_are(products):
    few = simulate_shoppers(products.values(), shoppers=10).events
    more = simulate_shoppers(products.values(), shoppers=20).events
    names = {e.shopper_id for e in few}
    assert [e for e in more if e.shopper_id in names] == list(few)


def test_lists_are_shown_whole_and_acts_are_on_what_was_shown(simulation):
    shown = defaultdict(dict)
    for event in simulation.events:
        list_of = shown[event.conversation_id, event.turn - (event.kind != "shown")]
        if event.kind == "shown":
            list_of[event.rank] = event
        else:
            before = list_of[event.rank]
            assert event.product_id == before.product_id
            assert event.payload["query"] == before.payload["query"]
            assert before.at < event.at < before.at + timedelta(hours=1)
    for list_of in shown.values():
        assert sorted(list_of) == list(range(1, len(list_of) + 1))
        assert 8 <= len(list_of) <= 10
        assert len({e.product_id for e in list_of.values()}) == len(list_of)


def test_a_list_shows_no_product_in_two_colors(simulation, products):
    lists = defaultdict(list)
    for event in simulation.events:
        if event.kind == "shown":
            group = products[event.product_id].item_group_id
            lists[event.conversation_id, event.turn].append(group)
    assert all(len(set(groups)) == len(groups) for groups in lists.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_clicks_fall_with_the_place_as_the_truth_says(simulation, language):
    """Where lists are shuffled by noise, clicks of place r over those of place 1 come near r^-e;
    the list's own order, best first, makes them fall a little faster."""
    speaks, exponent = simulation.truth.languages, simulation.truth.exponents[language]
    shown, clicked = Counter(), Counter()
    for event in simulation.events:
        if speaks[event.shopper_id] == language:
            shown[event.rank] += event.kind == "shown"
            clicked[event.rank] += event.kind == "clicked"
    rates = np.array([clicked[r] / shown[r] for r in range(1, 9)])
    assert (np.diff(rates[:5]) < 0).all()
    slope = -np.polyfit(np.log(np.arange(1, 9)), np.log(rates), 1)[0]
    assert exponent < slope < exponent + 0.5


def test_requests_are_in_both_languages_varied_and_no_titles(requests, products):
    words = Counter(words for _, words in requests)
    titles = {t.lower() for p in products.values() for t in p.title.values()}
    chinese = sum(bool(HAN.search(text)) for text in words.elements())
    assert 0.4 < chinese / words.total() < 0.6
    assert len(words) > 0.6 * words.total()
    assert not {text.lower() for text in words} & titles
    assert not [text for text in words if re.search(r"[{}]|  |\bNone\b", text)]
    assert 3 < np.mean([len(text.split()) for text in words if not HAN.search(text)]) < 7


def test_shown_products_come_close_to_the_words(requests, products):
    hits = []
    for (_, words), events in requests.items():
        if re.search(r"\bred\b", words) and "dress" in words.split():
            shown = {e.product_id for e in events if e.kind == "shown"}
            hits.append(np.mean(["Dresses" in products[i].product_type for i in shown]))
    assert len(hits) > 5
    assert np.mean(hits) > 0.5


def liking(simulation: Simulation, products: dict[str, Product], kinds=WANTED):
    """Shopper → events that show interest, outside gifts."""
    found = defaultdict(list)
    for event in simulation.events:
        if event.kind in kinds and event.conversation_id not in simulation.truth.gifts:
            found[event.shopper_id].append(event)
    return found


def test_taste_decides_beyond_the_words(simulation, products):
    """Of what was shown for the same words, shoppers click the colors that their persona likes."""
    banks = load_banks()
    families = {p.name: set(p.colors) for p in banks.personas}
    rates = {True: [0, 0], False: [0, 0]}
    changed = simulation.truth.changes
    for event in simulation.events:
        color = products[event.product_id].attributes.get("color", ("",))[0]
        if event.shopper_id in changed or color not in banks.colors:
            continue
        liked = banks.colors[color] in families[simulation.truth.personas[event.shopper_id]]
        rates[liked][0] += event.kind == "clicked"
        rates[liked][1] += event.kind == "shown"
    of_liked, of_others = (clicks / shown for clicks, shown in (rates[True], rates[False]))
    assert of_liked > 1.4 * of_others


def test_many_tastes_change_and_what_is_wanted_changes_with_them(simulation, products):
    changes = simulation.truth.changes
    shares = Counter(change.kind for change in changes.values())
    for kind, share in CHANGES.items():
        assert shares[kind] / len(simulation.truth.personas) == pytest.approx(share, abs=0.04)
    overlap = {"changed": [], "same": []}
    wanted = liking(simulation, products)
    starts = [change.start for change in changes.values()]
    middle = sorted(starts)[len(starts) // 2]
    for shopper, events in wanted.items():
        change = changes.get(shopper)
        if change is not None and change.kind != "abrupt":
            continue
        cut = change.start if change else middle
        before = Counter(department(products[e.product_id]) for e in events if e.at < cut)
        after = Counter(department(products[e.product_id]) for e in events if e.at >= cut)
        if before.total() >= 5 and after.total() >= 5:
            share = sum(
                min(n / before.total(), after[d] / after.total()) for d, n in before.items()
            )
            overlap["changed" if change else "same"].append(share)
    assert min(map(len, overlap.values())) > 20
    assert np.mean(overlap["changed"]) < np.mean(overlap["same"]) - 0.2


def test_gifts_are_few_and_single(simulation):
    conversations = {e.conversation_id for e in simulation.events}
    assert simulation.truth.gifts <= conversations
    assert 0.03 < len(simulation.truth.gifts) / len(conversations) < 0.09


def test_popularity_is_long_tailed(simulation):
    counts = np.array(
        sorted(Counter(e.product_id for e in simulation.events if e.kind == "clicked").values())
    )
    assert counts[-len(counts) // 5 :].sum() > 0.45 * counts.sum()


def test_what_goes_together_is_bought_together(simulation, products):
    baskets = defaultdict(set)
    for event in simulation.events:
        if event.kind == "bought":
            baskets[event.shopper_id].add(" > ".join(products[event.product_id].product_type))
    tents = [b for b in baskets.values() if "Sports & Outdoor > Camping > Tents" in b]
    others = [b for b in baskets.values() if b not in tents]
    bag = "Sports & Outdoor > Camping > Sleeping Bags"
    assert len(tents) > 10
    assert np.mean([bag in b for b in tents]) > 8 * np.mean([bag in b for b in others])


def test_seasons_show(simulation, products):
    """Of the clothes that suit only winter or only summer, each is wanted in its season."""
    wanted = {"Winter": Counter(), "Summer": Counter()}
    for event in simulation.events:
        seasons = products[event.product_id].attributes.get("season", ())
        now = {12: "Winter", 1: "Winter", 2: "Winter"}.get(event.at.month)
        now = now or {6: "Summer", 7: "Summer", 8: "Summer"}.get(event.at.month)
        if now and event.kind == "shown" and len({"Winter", "Summer"} & set(seasons)) == 1:
            wanted[now]["Winter" in seasons] += 1
    in_winter, in_summer = (c[True] / c.total() for c in wanted.values())
    assert in_winter > 1.3 * in_summer


def test_every_product_type_has_words_of_its_own(products):
    """A broader entry would do only where there is one type below it."""
    types = {" > ".join(p.product_type) for p in products.values()}
    unnamed = types - set(load_banks().types)
    assert unnamed <= {
        "Men > Suits & Blazers > Suits",
        "Sports & Outdoor > Sportswear > Leggings & Sports Tops",
    }


def test_banks_name_only_what_the_shop_has(products):
    banks = load_banks()
    types = {" > ".join(p.product_type) for p in products.values()}

    def known(prefix: str) -> bool:
        return any(t == prefix or t.startswith(f"{prefix} > ") for t in types)

    named = [*banks.types, *banks.companions, *(c for cs in banks.companions.values() for c in cs)]
    named += [t for need in banks.needs for t in need.types]
    named += [t for recipient in banks.recipients.values() for t in recipient.types]
    named += [t for persona in banks.personas for t in persona.buys]
    assert [name for name in named if not known(name)] == []
    colors = {c for p in products.values() for c in p.attributes.get("color", ())}
    assert colors <= set(banks.colors)
    assert {f for p in banks.personas for f in p.colors} <= set(banks.families)
    assert {r.persona for r in banks.recipients.values()} <= {p.name for p in banks.personas}


def test_the_demo_shop_has_them_in_time_and_renews_only_them(tmp_path, simulation):
    path = tmp_path / "demo"
    began = time.process_time()
    shop = ensure_demo_shop(path)
    assert time.process_time() - began < 20
    table = event_table_of(shop.store)
    assert len(table) == len(simulation.events)
    last = simulation.events[-1]
    real = Event("live-1", "erika", "c1", 1, "liked", last.product_id, at=last.at)
    shop.store.append_events([real])
    with shop.store.appending() as write:
        write.append([Event(f"{PREFIX}old", "sim-old", "", 0, "liked", last.product_id)])
    shop.close()
    (path / "demo.sha256").write_text("older\n", "ascii")

    shop = ensure_demo_shop(path)
    assert shop.store.events("erika") == [real]
    assert shop.store.events("sim-old") == []
    assert len(event_table_of(shop.store)) == len(simulation.events) + 1
    assert renew_shoppers(shop.store) == len(simulation.events)
    shop.close()


def test_events_as_rows_name_what_an_import_reads(simulation):
    (row,) = event_rows([next(e for e in simulation.events if e.kind == "bought")])
    assert {"key", "shopper", "conversation", "kind", "product", "rank", "at", "query"} < set(row)
    assert row["value"] in (1, 2)
