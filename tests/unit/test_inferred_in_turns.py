"""What is inferred of a product helps to find it, and is never told as a fact."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from actions.turn.service import TurnService
from catalog.product import Product
from tests.little_catalogue import product
from tests.talk import Talk, custom, ids, turn_service

#: The colour that each line comes in; no title says it.
LINES = {"Aurora": "red", "Glacier": "blue", "Meadow": "green"}
#: Their colour cell is empty.
FORGOTTEN = ("lost-aurora", "lost-glacier")


def catalogue() -> list[Product]:
    draw = random.Random(0)
    found = []
    for i in range(120):
        line = draw.choice(sorted(LINES))
        maker = draw.choice(("Acme", "Puma", "Orla"))
        found.append(product(f"d{i}", f"{maker} {line} Dress", f"{100 + i}", color=LINES[line]))
    return [
        *found,
        product("lost-aurora", "Acme Aurora Dress", "55"),
        product("lost-glacier", "Orla Glacier Dress", "56"),
    ]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little", catalogue())


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


def test_indexing_fills_a_missing_colour(service: TurnService) -> None:
    index = service.context.index
    (found,) = index.facets.of(index.position["lost-aurora"])["color"]
    value, confidence, source = found
    assert (value, source) == ("red", "inferred")
    assert 0.25 < confidence < 0.5
    stated = index.facets.of(index.position["d0"])["color"]
    assert all(source != "inferred" for _, _, source in stated)


def test_a_colour_asked_for_is_not_met_by_inference(talk: Talk) -> None:
    shown = ids(talk.say("the cheapest red dress"))
    assert shown
    assert not set(shown) & set(FORGOTTEN)


def test_an_excluded_colour_is_excluded_on_suspicion(talk: Talk) -> None:
    output = talk.say("dress under 57, not red")
    assert ids(output) == ["lost-glacier"]


def test_a_reply_does_not_claim_it(talk: Talk) -> None:
    output = talk.say("dress under 56")
    assert set(ids(output)) <= set(FORGOTTEN)
    assert "lost-aurora" in ids(output)
    for item in custom(output)["items"]:
        assert "color" not in item["attributes"]
    told = output.reply.text.lower()
    assert "red" not in told.split() and "blue" not in told.split()
    answer = talk.say("what color is the first one?", intent="ask_attribute")
    words = answer.reply.text.lower().replace(".", " ").replace(",", " ").split()
    assert "red" not in words and "blue" not in words


def test_counts_by_value_leave_it_out(service: TurnService) -> None:
    counts = service.context.index.facets.values("color")
    assert sum(counts.values()) == 120


def test_the_manifest_says_how_much_was_inferred(service: TurnService) -> None:
    from catalog.index.manifest import verify

    folder = Path(service.context.shop.path) / "index"
    manifest = verify(folder)
    assert manifest.inferred == len(FORGOTTEN)
    assert {"attributes.json", "attributes.npz"} <= set(manifest.files)
