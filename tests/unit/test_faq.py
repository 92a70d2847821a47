"""The shop's answers: what is read in a question, what answers it, how a shop is followed."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from actions.service.faq import FOLDER, FaqSearch, ShopFaq
from actions.service.faq_concepts import Concepts, stem
from actions.service.faq_index import FaqIndex, passages
from actions.service.faq_judging import Judge
from actions.service.faq_reading import Reader
from bot.cli.main import build
from bot.evaluate.faq import evaluate_faq
from bot.evaluate.faq_cases import read_cases
from bot.evaluate.faq_fit import fit, write
from catalog.demo.service import FAQ_FILE
from catalog.encoders.text import TextEncoder, load_text_encoder
from catalog.errors import ShoptalkError
from catalog.feeds.faq import read_faq
from catalog.service import FaqEntry
from catalog.settings import ROOT, Settings
from catalog.shop import Shop
from tests.little_catalogue import ChecksumEncoder, SameEncoder
from tests.real_data import real_data

CASES = ROOT / "tests" / "service"


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return load_text_encoder(Settings.from_env())


@pytest.fixture(scope="module")
def demo() -> list[FaqEntry]:
    return read_faq(FAQ_FILE)[0]


@pytest.fixture
def shop(tmp_path):
    made = Shop.create(tmp_path / "shop")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("Can I send my blue dress back?", {"return"}),
        ("能把这条裙子的颜色换掉吗", {"exchange", "colour"}),
        ("returned without a receipt", {"return", "receipt", "no_receipt"}),
        ("a gift card", {"gift_card"}),
        ("礼品卡", {"gift_card"}),
        ("SOLD OUT", {"sold_out", "unavailable"}),
        ("售罄", {"sold_out", "unavailable"}),
        ("", set()),
    ],
)
def test_the_same_concepts_are_read_in_both_languages(text, concepts):
    assert Concepts.load().of(text) == concepts


def test_every_concept_is_named_by_its_own_phrases():
    concepts = Concepts.load()
    assert len(concepts.names) > 120
    for name, phrase in (("return", "退货"), ("invoice", "invoice"), ("weather", "")):
        assert (name in concepts.names) == bool(phrase)
        assert not phrase or name in concepts.of(phrase)
    assert stem("wrapped") == stem("wrapping") == stem("wrap")
    with pytest.raises(ValueError, match="is said to be a 'b'"):
        Concepts({"a": {"is": ["b"]}})


def test_words_that_name_nothing_are_kept_apart():
    reading = Reader(Concepts.load()).read("Please wrap the zebra 斑马 as a gift")
    assert reading.words == ("zebra",) and reading.pieces == ("斑马",)
    assert reading.unexplained == 2 and reading.pairs == ("斑马",)


def test_the_words_that_differ_decide_between_entries_that_are_nearly_the_same(encoder):
    states = ("sold out", "on hold", "coming soon", "discontinued", "out of stock")
    entries = [
        FaqEntry(s, {"en": f"May I order what is {s}?"}, {"en": f"Of what is {s}."}) for s in states
    ]
    search = FaqSearch(entries, encoder)
    said = {
        "it's sold out, can I still buy it": "sold out",
        "售罄的还能买吗": "sold out",
        "即将上市的可以下单吗": "coming soon",
        "停产了还能买到吗": "discontinued",
        "no stock, am I able to order it": "out of stock",
    }
    assert {text: search.ranked(text, 1)[0].entry.id for text in said} == said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_finds_entries_in_the_other_language(encoder, demo, language):
    entries = [
        FaqEntry(e.id, {language: e.question[language]}, {language: e.answer[language]})
        for e in demo
    ]
    search = FaqSearch(entries, encoder)
    for text, entry in (
        ("what does shipping cost", "shipping-cost"),
        ("运费怎么算", "shipping-cost"),
        ("can you wrap it as a present", "gift-wrap"),
        ("可以开发票吗", "invoice"),
        ("I forgot my password", "password"),
    ):
        found = search.find(text)
        assert found is not None and found.entry.id == entry, text
    for text in ("hello", "今天天气怎么样", "a red dress under 300", "", "   ", "x" * 5000):
        assert search.find(text) is None, text


def test_less_is_needed_where_it_is_known_to_be_for_customer_service(encoder, demo):
    search, text = FaqSearch(demo, encoder), "ok how do returns work if i don't like it"
    found = search.find(text, of_service=True)
    assert search.find(text) is None
    assert found is not None and found.entry.topic == "returns"
    assert search.find("do you sell seashells", of_service=True) is None


def test_an_alternative_wording_is_found_and_is_the_same_entry():
    entry = FaqEntry("a", {"en": "Zebra?"}, {"en": "Yes."}, "", {"en": ("Quagga?", "Okapi?")})
    other = FaqEntry("b", {"en": "Lion?"}, {"en": "No."})
    search = FaqSearch([other, entry], SameEncoder())
    assert [m.entry.id for m in search.ranked("okapi")] == ["a", "b"]
    assert len(passages([entry])) == 6


def test_scores_do_not_depend_on_the_order_of_entries(demo):
    encoder = ChecksumEncoder()
    forth, back = FaqSearch(demo, encoder), FaqSearch(demo[::-1], encoder)
    for text in ("where is my parcel", "怎么退货", "a red dress"):
        one = {m.entry.id: m.score for m in forth.ranked(text, 60)}
        two = {m.entry.id: m.score for m in back.ranked(text, 60)}
        assert one == pytest.approx(two, abs=1e-5) and len(one) == len(demo)


def test_one_entry_alone_can_be_found():
    entry = FaqEntry("hours", {"en": "When are you open?"}, {"en": "Always."})
    index = FaqIndex([entry], Reader(Concepts.load()), np.eye(2, 16, dtype=np.float32))
    features = index.features(Reader(Concepts.load()).read("opening hours"), np.ones(16))
    assert features.shape == (1, 11) and np.isfinite(features).all()


def test_changed_answers_are_followed_and_vectors_are_kept(shop):
    encoder = CountingEncoder()
    faq = ShopFaq(shop, encoder)
    assert faq.find("How do I get a refund?") is None
    old = FaqEntry("r", {"en": "How do I get a refund?"}, {"en": "Write to us."})
    shop.store.service.replace_faq([old])
    assert [m.entry for m in faq.ranked("refund", 1)] == [old] and encoder.texts == 2
    (file,) = (shop.path / FOLDER).glob("faq-*.npy")
    again = ShopFaq(shop, encoder)
    assert again.ranked("refund", 1) and encoder.texts == 2
    new = FaqEntry("r", {"en": "How do I get a refund?"}, {"en": "Ring us."})
    shop.store.service.replace_faq([new])
    assert [m.entry for m in faq.ranked("refund", 1)] == [new] and encoder.texts == 4
    (newer,) = (shop.path / FOLDER).glob("faq-*.npy")
    assert newer != file
    newer.write_bytes(b"broken")
    assert ShopFaq(shop, encoder).ranked("refund", 1) and encoder.texts == 6
    shop.store.service.replace_faq([])
    assert faq.ranked("refund") == []


def test_many_may_ask_at_once_while_answers_change(shop):
    entries = [FaqEntry(str(i), {"en": f"Question {i}?"}, {"en": "So."}) for i in range(5)]
    shop.store.service.replace_faq(entries)
    faq, failed = ShopFaq(shop, SameEncoder()), []

    def ask() -> None:
        try:
            for _ in range(10):
                assert faq.ranked("refund of question 3", 3)
        except Exception as error:  # told to the test below
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in (4, 3, 5):
        shop.store.service.replace_faq(entries[:n])
    for thread in threads:
        thread.join()
    assert not failed


class CountingEncoder(SameEncoder):
    """Counts the texts of entries that it encodes."""

    texts = 0

    def encode_products(self, texts, progress=None):
        self.texts += len(texts)
        return super().encode_products(texts, progress)


def evaluated(*options: str) -> dict:
    ran = CliRunner().invoke(build(), ["evaluate", "faq", "--json", *options])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_the_answers_of_another_shop_are_found_in_both_languages():
    figures = evaluated(
        *("--cases", str(CASES / "faq_paraphrases.jsonl")),
        *("--faq", str(real_data("service/ecommerce_faq.json"))),
    )
    assert (figures["questions"], figures["off_topic"]) == (316, 162)
    assert figures["accuracy"] >= 0.92 and figures["rejected"] >= 0.9
    assert min(figures["accuracy_en"], figures["accuracy_zh"]) >= 0.9


def test_figures_of_peers_are_beside_ours(tmp_path, encoder, demo):
    entries = demo[:14]
    file, few = CASES / "faq_valid.jsonl", tmp_path / "few.jsonl"
    names = {entry.id for entry in entries}
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    kept = [row for row in rows if row["entry"] in names][::2]
    kept += [row for row in rows if row["entry"] is None][::4]
    few.write_text("\n".join(map(json.dumps, kept)), "utf-8")
    cases = read_cases(few, entries)
    figures = evaluate_faq(cases, entries, encoder, (cases, entries))
    assert set(figures["peers"]) == {"cosine", "bm25"}
    for peer in figures["peers"].values():
        assert peer["first"] < figures["first"] and peer["accuracy"] < figures["accuracy"]
        assert peer["rejected"] >= 0.8
    judge = fit(entries, cases, encoder)
    assert 0.2 < judge.threshold < 0.9 and judge.weights[0] > 0 > judge.weights[-1]
    write(judge, tmp_path / "w.yml")
    again = Judge.from_data(yaml.safe_load((tmp_path / "w.yml").read_text("utf-8")))
    assert again.to_data() == judge.to_data()


def test_cases_that_cannot_be_used_are_named(tmp_path, demo):
    file = tmp_path / "cases.jsonl"
    for text, problem in (
        ('{"text": "a"}\n', "must have lines like"),
        ('{"text": "a", "entry": "none-such"}\n', "'none-such'"),
        ('{"text": "a", "entry": null}\n', "answered and some that are not"),
    ):
        file.write_text(text, "utf-8")
        with pytest.raises(ShoptalkError, match=problem):
            read_cases(file, demo)
    with pytest.raises(ShoptalkError, match="cannot be read"):
        read_cases(tmp_path / "none", demo)
