"""Answers, orders and reviews out of files: what shops export, what is wrong with rows, twice."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import build
from catalog.feeds import FeedError
from catalog.feeds.faq import import_faq, read_faq
from catalog.feeds.orders import import_orders
from catalog.feeds.reviews import import_reviews
from catalog.product import Money, Product
from catalog.service import OrderLine
from catalog.shop import Shop
from tests.real_data import real_data

ENTRIES = [
    {"question": {"en": "Do you ship abroad?", "zh": "能寄到国外吗？"},
     "answer": {"en": "<b>Yes</b>.", "zh": "可以。"}, "topic": "delivery"},
    {"question": "怎么退货？", "answer": "七天内可退。",
     "alternatives": ["退货流程", "How to return?"]},
]  # fmt: skip


@pytest.fixture
def shop(tmp_path):
    made = Shop.create(tmp_path / "shop", currency="CNY")
    yield made
    made.close()


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps({"shop": "x", "questions": ENTRIES}, ensure_ascii=False, indent=2)),
        ("a.json", json.dumps(ENTRIES)),
        ("a.jsonl", "\n".join(map(json.dumps, ENTRIES))),
        (
            "a.yml",
            'faq:\n- topic: delivery\n  question: {en: "Do you ship abroad?", zh: 能寄到国外吗？}\n'
            "  answer: {en: <b>Yes</b>., zh: 可以。}\n- question: 怎么退货？\n"
            '  answer: 七天内可退。\n  alternatives: [退货流程, "How to return?"]\n',
        ),
        (
            "a.csv",
            "category,question_en,question_zh,answer_en,answer_zh,alternatives\n"
            "delivery,Do you ship abroad?,能寄到国外吗？,<b>Yes</b>.,可以。,\n"
            ",,怎么退货？,,七天内可退。,退货流程\n",
        ),
    ],
)
def test_answers_in_every_format_say_the_same(shop, tmp_path, name, text):
    file = written(tmp_path / name, text)
    report = import_faq(shop, file)
    assert (report.added, report.errors) == (2, ())
    first, second = shop.store.service.faq()
    assert first.question == {"en": "Do you ship abroad?", "zh": "能寄到国外吗？"}
    assert first.answer == {"en": "Yes.", "zh": "可以。"} and first.topic == "delivery"
    assert second.question == {"zh": "怎么退货？"} and second.alternatives == {"zh": ("退货流程",)}
    before = shop.store.service.faq_revision()
    assert import_faq(shop, file).unchanged == 2
    assert shop.store.service.faq_revision() == before


def test_rows_that_are_no_entries_are_told_with_their_line(shop, tmp_path):
    text = "question,answer\nHow?,So.\nWhy?,\nHOW?,Else.\n" + "x" * 600 + ",y\n"
    file = written(tmp_path / "a.csv", text)
    report = import_faq(shop, file)
    assert report.added == 1 and [e.line for e in report.errors] == [3, 4, 5]
    assert "line 2" in report.errors[1].message and "shorten" in report.errors[2].message
    written(file, "question,answer\nWho?,We.\nWhy?,\n")
    assert import_faq(shop, file, on_error="abort").added == 0
    assert [e.question["en"] for e in shop.store.service.faq()] == ["How?"]
    assert import_faq(shop, file, keep_missing=True).added == 1
    assert len(shop.store.service.faq()) == 2
    with pytest.raises(FeedError, match="no column 'answer'"):
        read_faq(written(tmp_path / "b.csv", "question,price\nHow?,2\n"))
    with pytest.raises(FeedError, match="not valid YAML"):
        read_faq(written(tmp_path / "b.yml", "- question: [\n"))
    with pytest.raises(FeedError, match="no list of entries"):
        read_faq(written(tmp_path / "b.yml", "just: text\n"))


def test_a_map_says_where_questions_and_answers_are(tmp_path):
    file = written(tmp_path / "a.csv", "F;R;K\nHow?;So.;-\n")
    mapping = "columns: {question: F, answer: R, topic: {column: K, empty: ['-']}}\n"
    entries, errors = read_faq(file, written(tmp_path / "map.yml", mapping))
    assert entries[0].answer == {"en": "So."} and not entries[0].topic and not errors
    wrong = written(tmp_path / "wrong.yml", "columns: {question: F, answer: S}\n")
    with pytest.raises(FeedError, match=r"'S' that a\.csv does not have"):
        read_faq(file, wrong)
    wrong.write_text("columns: {qestion: F}\n", "utf-8")
    with pytest.raises(FeedError, match="nearest one is 'question'"):
        read_faq(file, wrong)


def test_the_answers_of_real_shops_are_read():
    english, errors = read_faq(real_data("service/ecommerce_faq.json"))
    assert len(english) == 79 and not errors
    assert len({entry.id for entry in english}) == 79
    assert all(set(entry.question) == set(entry.answer) == {"en"} for entry in english)
    chinese, errors = read_faq(real_data("service/yanxuan_faq.csv"))
    assert len(chinese) == 4 and not errors
    assert all(set(entry.question) == {"zh"} for entry in chinese)


ORDERS = """\
order_number,email,phone,status,created_at,total,product_name,sku,qty,unit_price,courier,eta,name
10023,Ann@mail.com,138 0013 8000,已发货,2024-05-01 10:00,578.20,Silk dress,9,2,289.10,Post,,Ann
10023,,,,,,Bag,7,1,,,,Ann
10024,bob@mail.com,,beamed up,2024-05-02,99,Hat,6,1,99,,,Bob
10025,eve@mail.com,,Out for delivery,2024-05-02,0,Hat,6,one,99,,2024-05-09,Eve
10026,,,delivered,,,Hat,6,,,,,
"""


def test_orders_of_several_lines_and_what_is_wrong_with_them(shop, tmp_path):
    file = written(tmp_path / "orders.csv", ORDERS)
    report = import_orders(shop, file)
    assert report.added == 2 and [e.line for e in report.errors] == [4, 5]
    assert "no status 'beamed up'" in report.errors[0].message
    assert "quantity" in report.errors[1].message
    assert [w.line for w in report.warnings] == [6]
    told = json.dumps(report.to_json())
    assert "mail.com" not in told and "13800" not in told.replace(" ", "")
    order = shop.store.service.proved("#10023", "ann@MAIL.com")
    assert order is not None and order.status == "shipped" and order.carrier == "Post"
    assert order.total == Money(Decimal("578.20"), "CNY")
    assert order.placed_at == datetime(2024, 5, 1, 10, tzinfo=timezone.utc)
    assert order.lines == (
        OrderLine("Silk dress", 2, "9", Money(Decimal("289.10"), "CNY")),
        OrderLine("Bag", 1, "7"),
    )
    assert shop.store.service.proved("10023", "13800138000") is not None
    assert import_orders(shop, file).unchanged == 2
    assert import_orders(shop, file, on_error="abort").unchanged == 0


def test_orders_as_json_and_by_a_map(shop, tmp_path):
    data = [
        {
            "id": "A-1",
            "customer_email": "ann@mail.com",
            "status": "complete",
            "line_items": [{"name": "Hat", "sku": "6", "quantity": 2, "price": "9.50"}, "Sticker"],
            "tracking_link": "https://post.example/1",
            "currency": "EUR",
        }
    ]
    assert import_orders(shop, written(tmp_path / "o.json", json.dumps(data))).added == 1
    order = shop.store.service.order("a1")
    assert order.lines == (
        OrderLine("Hat", 2, "6", Money(Decimal("9.50"), "EUR")),
        OrderLine("Sticker"),
    )
    assert order.status == "delivered" and order.tracking_url == "https://post.example/1"
    data[0]["tracking_link"] = "javascript:alert(1)"
    with pytest.raises(FeedError, match="None of the rows"):
        import_orders(shop, written(tmp_path / "o.json", json.dumps(data)))
    file = written(tmp_path / "o.csv", "Nr,Zustand,Am,Mail\n7,W,2024-05-01 08:00,a@b.de\n")
    mapping = """columns:
  number: Nr
  status: {column: Zustand, values: {W: packed}}
  placed_at: {column: Am, timezone: Asia/Shanghai}
  contacts: Mail
"""
    assert import_orders(shop, file, written(tmp_path / "m.yml", mapping)).added == 1
    assert shop.store.service.order("7").placed_at.hour == 0


def test_shopifys_order_export(shop, tmp_path):
    text = (
        "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,Cancelled at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Phone\n"
        "#1001,ann@mail.com,paid,fulfilled,USD,30.00,2024-05-01 10:00:00 -0400,,1,Hat,10.00,H,"
        "+1 555 010 0100\n"
        "#1001,ann@mail.com,,,,,,,2,Bag,10.00,B,\n"
        "#1002,bob@mail.com,refunded,,USD,5.00,2024-05-01 10:00:00 -0400,,1,Pin,5.00,P,\n"
        "#1003,bob@mail.com,paid,,USD,5.00,2024-05-01,2024-05-02,1,Pin,5.00,P,\n"
    )
    assert import_orders(shop, written(tmp_path / "o.csv", text)).added == 3
    order = shop.store.service.proved("1001", "15550100100")
    assert order.status == "shipped" and [line.quantity for line in order.lines] == [1, 2]
    assert order.total == Money(Decimal("30.00"), "USD")
    states = [shop.store.service.order(n).status for n in ("1002", "1003")]
    assert states == ["refunded", "cancelled"]


def test_reviews_without_the_numbers_of_persons(shop, tmp_path):
    shop.store.upsert_products([Product(id="9", title={"en": "Hat"}, language="en")])
    text = (
        "product_id,review,stars,date,deleted\n"
        "9,Nice hat. Write to ann@mail.com,5,2024-05-01,0\n"
        "9,有点小,3,2024-05-02,\n9,Spam,1,,1\n8,Fine,9,,0\n8,,4,,0\n7,Good,,,\n"
    )
    file = written(tmp_path / "r.csv", text)
    report = import_reviews(shop, file)
    assert (report.added, report.left_out, report.masked, report.unknown_products) == (3, 1, 1, 1)
    assert [e.line for e in report.errors] == [5, 6]
    newest, oldest = shop.store.service.reviews(["9"])
    assert (newest.language, newest.rating) == ("zh", 3.0)
    assert oldest.text == "Nice hat. Write to [email]"
    assert import_reviews(shop, file).unchanged == 3
    assert import_reviews(shop, file, on_error="abort").unchanged == 0


def test_reviews_of_a_real_shop(shop):
    file = real_data("catalogs/yanxuan_comments.csv")
    report = import_reviews(shop, file)
    assert report.added > 950 and len(report.errors) < 20
    found = shop.store.service.reviews(["1181000"], 500)
    assert len(found) > 90 and {r.language for r in found} >= {"zh"}
    assert all(r.rating is None for r in found)
    assert import_reviews(shop, file).unchanged == report.added


def test_the_commands_import_and_tell(tmp_path, monkeypatch):
    folder = tmp_path / "shop"
    Shop.create(folder, currency="CNY").close()
    monkeypatch.setenv("SHOPTALK_SHOP", str(folder))
    app, run = build(), CliRunner()
    faq = written(tmp_path / "a.csv", "question,answer\nHow?,So.\nWhy?,\n")
    said = run.invoke(app, ["import", "faq", str(faq)])
    assert said.exit_code == 0 and "1 answers added" in said.output
    said = run.invoke(app, ["import", "faq", str(faq), "--on-error", "abort"])
    assert said.exit_code == 1 and "Nothing was changed" in said.output
    orders = written(tmp_path / "o.csv", ORDERS)
    said = run.invoke(app, ["import", "orders", str(orders), "--json"])
    assert said.exit_code == 0 and json.loads(said.stdout)["added"] == 2
    reviews = written(tmp_path / "r.jsonl", '{"product": "9", "text": "Good, 13800138000"}\n')
    said = run.invoke(app, ["import", "reviews", str(reviews)])
    assert said.exit_code == 0 and "1 reviews added" in said.output
