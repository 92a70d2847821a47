"""Events out of files: every format, maps, broken rows, and the log that they end up in."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS, Event
from catalog.feeds import FeedError
from catalog.feeds.events import event_table_of, import_events, read_event_table
from catalog.product import Product
from catalog.shop import Shop
from tests.conftest import MAPS
from tests.real_data import real_data

LOG = """\
user_id,item_id,event,time,rank,query,session_id
ann,p1,shown,2024-05-01T10:00:00Z,1,red dress,c1
ann,p2,clicked,2024-05-01T10:00:05Z,2,red dress,c1
bob,p1,bought,2024-04-30 09:00,,,
"""
MAP = """\
columns:
  shopper: user
  product: item
  kind: {column: act, values: {view: clicked, order: bought, refund: ""}}
  at: {column: when, timezone: Asia/Shanghai}
  value: n
"""
MAPPED = """\
user,item,act,when,n
ann,p1,view,2024-05-01 08:00,
ann,p1,order,2024-05-01 08:01,2
ann,p1,refund,2024-05-02 08:01,2
"""
#: PostgreSQL where an empty database is named; SQLite always.
DATABASES = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRESQL_URL") else [])]


@pytest.fixture(params=DATABASES)
def shop(request, tmp_path):
    url = ""
    if request.param == "postgresql":
        from tests.unit.test_store import emptied

        url = emptied(os.environ["TEST_POSTGRESQL_URL"])
    made = Shop.create(tmp_path / "shop", database=url)
    made.store.upsert_products([Product(id="p1", title={"en": "Dress"}, language="en")])
    yield made
    made.close()


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "log.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def rows(table: EventTable) -> list[tuple]:
    """What a table says, event after event, without its codes."""
    n = len(table)
    nothing = np.full(n, -1)
    conversation = nothing if table.conversation is None else table.conversation
    query = nothing if table.query is None else table.query
    rank = np.zeros(n) if table.rank is None else table.rank
    return [
        (
            table.shopper_ids[table.shopper[i]],
            table.product_ids[table.product[i]] if table.product[i] >= 0 else None,
            EVENT_KINDS[table.kind[i]],
            None if np.isnan(table.value[i]) else float(table.value[i]),
            int(table.at[i]),
            table.conversation_ids[conversation[i]] if conversation[i] >= 0 else "",
            int(rank[i]),
            table.queries[query[i]] if query[i] >= 0 else "",
        )
        for i in range(n)
    ]


def ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=timezone.utc).timestamp() * 1000)  # type: ignore[arg-type]


EXPECTED = [
    ("bob", "p1", "bought", None, ms(2024, 4, 30, 9), "", 0, ""),
    ("ann", "p1", "shown", None, ms(2024, 5, 1, 10), "c1", 1, "red dress"),
    ("ann", "p2", "clicked", None, ms(2024, 5, 1, 10, 0, 5), "c1", 2, "red dress"),
]


def test_a_log_with_usual_names_needs_no_map_and_comes_by_time(file):
    assert rows(read_event_table(file(LOG))) == EXPECTED


def test_formats_say_the_same(file, tmp_path):
    quoted = LOG.replace("red dress", '"red dress"')
    head, *records = (line.split(",") for line in LOG.splitlines())
    lines = [dict(zip(head, record, strict=True)) for record in records]
    for name, text in (
        ("quoted.csv", quoted),
        ("log.tsv", LOG.replace(",", "\t")),
        ("blank.csv", LOG.replace("\n", "\n\n")),
        ("windows.csv", "\ufeff" + LOG.replace("\n", "\r\n")),
        ("log.jsonl", "\n".join(map(json.dumps, lines))),
        ("log.json", json.dumps(lines)),
    ):
        assert rows(read_event_table(file(text, name))) == EXPECTED, name
    columns = {name: [line[name] or None for line in lines] for name in lines[0]}
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    assert rows(read_event_table(tmp_path / "log.parquet")) == EXPECTED


def test_typed_columns_of_parquet_with_nulls(tmp_path):
    when = [datetime(2024, 5, 1, 10), None, datetime(2024, 5, 1, 9), datetime(2024, 5, 1, 11)]
    table = pa.table(
        {
            "user": pa.array([1, 2, 3, None], pa.int64()),
            "item": pa.array(["a", "b", "c", "d"]).dictionary_encode(),
            "kind": ["rated", "rated", "rated", "rated"],
            "at": pa.array(when, pa.timestamp("ns")),
            "value": pa.array([4.5, 1.0, float("nan"), 2.0]),
            "session": pa.array([7.0, 8.0, None, 9.0]),
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    with pytest.raises(FeedError, match=r"2 of the 4 rows .* line 2, column at"):
        read_event_table(tmp_path / "log.parquet")
    read = read_event_table(tmp_path / "log.parquet", on_error="skip")
    assert rows(read) == [
        ("3", "c", "rated", None, ms(2024, 5, 1, 9), "", 0, ""),
        ("1", "a", "rated", 4.5, ms(2024, 5, 1, 10), "7", 0, ""),
    ]
    assert read.product_ids == ("a", "c")


def test_a_map_says_kinds_zone_and_what_to_leave_out(shop, file):
    report = import_events(shop, file(MAPPED), file(MAP, "map.yml"))
    assert (report.added, report.left_out, report.broken) == (2, 1, 0)
    assert rows(event_table_of(shop.store)) == [
        ("ann", "p1", "clicked", None, ms(2024, 5, 1), "", 0, ""),
        ("ann", "p1", "bought", 2.0, ms(2024, 5, 1, 0, 1), "", 0, ""),
    ]


def test_atomic_files_need_no_map(file):
    head = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    rated = read_event_table(file(head + "1\t2\t3.5\t881250949\n", "x.inter"))
    assert rows(rated) == [("1", "2", "rated", 3.5, 881250949000, "", 0, "")]
    head = "user_id:token\titem_id:token\ttimestamp:float\n"
    (clicked,) = rows(read_event_table(file(head + "1\t2\t881250949\n", "y.inter")))
    assert clicked[2:4] == ("clicked", None)


def test_a_log_without_times_keeps_the_order_of_the_file(shop, file):
    log = file("shopper,product,kind\nb,p1,bought\na,p1,bought\n")
    table = read_event_table(log)
    assert [row[0] for row in rows(table)] == ["b", "a"]
    assert table.at.tolist() == [0, 0]
    import_events(shop, log)
    assert rows(event_table_of(shop.store)) == rows(table)


@pytest.mark.parametrize("log", [LOG, LOG + LOG.split("\n")[1] + "\n" + "zoe,,asked,5,,why?,c2\n"])
def test_the_log_of_a_shop_says_what_the_file_says(shop, file, log):
    import_events(shop, file(log))
    assert rows(event_table_of(shop.store)) == rows(read_event_table(file(log)))


def test_importing_again_adds_nothing_and_more_adds_what_is_new(shop, file):
    first = import_events(shop, file(LOG))
    assert (first.added, first.known) == (3, 0)
    before = shop.store.events()
    again = import_events(shop, file(LOG))
    assert (again.added, again.known) == (0, 3)
    assert shop.store.events() == before
    longer = import_events(shop, file(LOG + "ann,p1,bought,2024-05-03,,,\n"))
    assert (longer.added, longer.known) == (1, 3)


def test_equal_rows_are_as_many_events_however_often_they_are_imported(shop, file):
    log = "shopper,product,kind,at\n" + "ann,p1,bought,2024-05-01\n" * 3
    assert import_events(shop, file(log)).added == 3
    assert import_events(shop, file(log)).added == 0
    assert import_events(shop, file(log + "ann,p1,bought,2024-05-01\n")).added == 1


def test_keys_of_the_map_name_events(shop, file):
    log = (
        "shopper,product,kind,at,key\nann,p1,bought,5,k1\nann,p1,bought,6,k1\nbob,p1,bought,7,k2\n"
    )
    report = import_events(shop, file(log))
    assert (report.added, report.known) == (2, 1)
    assert [e.key for e in shop.store.events()] == ["k1", "k2"]
    with pytest.raises(FeedError, match="The key is empty"):
        import_events(shop, file("shopper,product,kind,key\nann,p1,bought,\n"))


BROKEN = """\
shopper,product,kind,at,value,rank
ann,p1,bought,2024-05-01,1,1
,p1,bought,2024-05-01,1,1
ann,,bought,2024-05-01,1,1
ann,p1,sneezed,2024-05-01,1,1
ann,p1,bought,someday,1,1
ann,p1,bought,2024-05-01,lots,1
ann,p1,bought,2024-05-01,1,0
ann,p1,bought
ann,p1,bought,,1,1
ann,p1,bought,99999999999999999999,1,1
ann,p1,bought,2024-05-01,1e300,1
"""
WRONG = [
    (3, "shopper", "empty"),
    (4, "product", "empty"),
    (5, "kind", "no kind of event 'sneezed'.*shown, skipped, clicked"),
    (6, "at", "'someday' is not a time"),
    (7, "value", "'lots' is not a number"),
    (8, "rank", "not a whole number from 1"),
    (9, "", "ends before the column 'at'"),
    (10, "at", "empty"),
    (11, "at", "is not a time"),
    (12, "value", "too large"),
]


def test_broken_rows_are_told_by_line_and_the_good_ones_kept(shop, file):
    report = import_events(shop, file(BROKEN))
    assert (report.added, report.broken) == (1, len(WRONG))
    assert [(e.line, e.column) for e in report.errors] == [(line, col) for line, col, _ in WRONG]
    for error, (_, _, says) in zip(report.errors, WRONG, strict=True):
        assert re.search(says, error.message), error


def test_abort_changes_nothing(shop, file):
    report = import_events(shop, file(BROKEN), on_error="abort")
    assert report.broken == len(WRONG)
    assert (report.added, shop.store.events()) == (0, [])


def test_an_import_that_is_interrupted_changes_nothing(shop, file):
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "writing" and done:
            raise KeyboardInterrupt

    log = "shopper,product,kind\n" + "".join(f"ann,p{i},bought\n" for i in range(6000))
    with pytest.raises(KeyboardInterrupt):
        import_events(shop, file(log), progress=stop)
    assert shop.store.events() == []


def test_products_that_the_shop_never_had_are_kept_and_told(shop, file):
    report = import_events(shop, file(LOG))
    assert (report.about_unknown, report.unknown_products, report.examples) == (1, 1, ("p2",))
    assert "p2" in {e.product_id for e in shop.store.events()}


HEAD = "columns:\n  shopper: user\n  product: item\n"
KIND = "  kind: {value: bought}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD, "which column is `kind`"),
        ("columns: [a]\n", "block `columns:`"),
        (HEAD + "  kind: {value: purchase}\n", "kind 'purchase', which does not exist"),
        (HEAD + "  kind: {column: act, values: {a: clickt}}\n", "nearest one is 'clicked'"),
        (HEAD + KIND + "  at: {column: when, timezone: Mars/Base}\n", "no time zone 'Mars/Base'"),
        (HEAD + KIND + "  at: {column: when, unit: minutes}\n", "'minutes' for `unit`"),
        (HEAD + KIND + "  value: {column: n, timezone: UTC}\n", "only `at` may have one"),
        (HEAD + KIND + "  shoper: user\n", "canonical name `shoper`.*'shopper'"),
        (HEAD + KIND + "  at: {column: when, split: x}\n", "key under `at` `split`"),
        (HEAD + KIND + "  at: date\n", r"column 'date' that log.csv does not have"),
        (HEAD + KIND + "kinds: x\n", "key `kinds`"),
    ],
)
def test_a_wrong_map_is_told_in_one_sentence(file, text, says):
    with pytest.raises(FeedError, match=says) as error:
        read_event_table(file(MAPPED), file(text, "map.yml"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"shopper,product,kind\n", "has no row"),
        ("a.csv", b"x,y\n1,2\n", "no column 'shopper': its columns are x, y"),
        ("a.parquet", b"PAR1 but no more", "damaged Parquet file"),
        ("a.zip", b"PK\x03\x04", "unpack it"),
        ("a.jsonl", b"nonsense\n", "not JSON"),
        ("a.inter", b"item_id:token\tx:float\n1\t2\n", "no column 'shopper'"),
        ("a.csv", b"shopper,product,kind\n,,bought\n", "None|cannot be used"),
    ],
)
def test_a_file_that_is_no_log_is_refused(tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FeedError, match=says):
        read_event_table(tmp_path / name)


def test_ids_that_the_store_cannot_keep_are_refused(shop, file):
    log = f"shopper,product,kind\n{'a' * 201},p1,bought\nann,{'p' * 256},bought\nan\0n,p1,bought\n"
    report = import_events(shop, file(log))
    assert [e.line for e in report.errors] == [2, 3]
    assert [e.shopper_id for e in shop.store.events()] == ["ann"]


def test_the_table_of_a_log_takes_payloads_as_they_come(shop):
    at = datetime(2024, 5, 1, tzinfo=timezone.utc)
    payloads = [{}, {"query": "red", "value": 3}, {"query": None, "value": "many"}, {"about": [1]}]
    shop.store.append_events(
        [Event(f"k{i}", "ann", "", 1, "asked", payload=p, at=at) for i, p in enumerate(payloads)]
    )
    table = event_table_of(shop.store)
    assert [row[3] for row in rows(table)] == [None, 3.0, None, None]
    assert [row[7] for row in rows(table)] == ["", "red", "", ""]
    assert table.product.tolist() == [-1] * 4
    assert table.conversation is None


def test_the_table_of_an_empty_log_is_empty(shop):
    table = event_table_of(shop.store)
    assert (len(table), table.shopper_ids, table.of_kinds("bought").tolist()) == (0, (), [])


def real(name: str) -> Path:
    return real_data(f"interactions/{name}")


def test_ml100k():
    table = read_event_table(real("ml100k/ml-100k.inter"))
    assert (len(table), len(table.shopper_ids), len(table.product_ids)) == (100_000, 943, 1682)
    assert table.of_kinds("rated").all()
    assert set(np.unique(table.value)) == {1, 2, 3, 4, 5}
    assert (np.diff(table.at) >= 0).all()


def test_dunnhumby():
    path = real("dunnhumby/transactions.parquet")
    table = read_event_table(path, MAPS / "dunnhumby.events.map.yml")
    assert (len(table), len(table.shopper_ids)) == (1_469_307, 2469)
    assert table.of_kinds("bought").all()
    assert table.at[0] == ms(2017, 1, 1, 11, 53, 26)
    assert len(table.conversation_ids) == 155_848


def test_a_real_log_in_a_shop_is_the_file(shop):
    path = real("ml100k/ml-100k.inter")
    assert import_events(shop, path).added == 100_000
    assert import_events(shop, path).known == 100_000
    assert rows(event_table_of(shop.store)) == rows(read_event_table(path))


FEEDBACK = """\
shopper,product,kind,value,comment,query,time
ann,p1,commented,5,"Lovely, write to ann@mail.com",,2024-05-01
ann,,commented,,很好看，电话13800138000,,2024-05-01
ann,,helped,1,,,2024-05-01
ann,p1,shared,,,,2024-05-01
ann,,searched,,,red dress for ann@mail.com,2024-05-01
ann,p1,rated,4,kept apart,,2024-05-01
bob,p1,commented,3,,,2024-05-01
bob,,helped,7,,,2024-05-01
bob,,shared,,,,2024-05-01
bob,,profiled,,,,2024-05-01
"""


def test_feedback_is_imported_with_its_words_masked(shop, file):
    report = import_events(shop, file(FEEDBACK))
    assert (report.added, report.broken) == (6, 4)
    found = [(e.kind, e.product_id, dict(e.payload)) for e in shop.store.events()]
    assert found == [
        ("commented", "p1", {"text": "Lovely, write to [email]", "value": 5}),
        ("commented", None, {"text": "很好看，电话[phone]"}),
        ("helped", None, {"value": 1}),
        ("shared", "p1", {}),
        ("searched", None, {"text": "red dress for [email]"}),
        ("rated", "p1", {"value": 4}),
    ]
    says = [(error.line, error.message) for error in report.errors]
    assert says[0] == (8, "The text is empty: a comment needs one.")
    assert says[1] == (9, "Whether it helped is not said: write 1 or 0.")
    assert says[2][0] == 10 and "product is empty" in says[2][1]
    assert says[3][0] == 11 and "shoptalk import profiles" in says[3][1]
    again = import_events(shop, file(FEEDBACK))
    assert (again.added, again.known) == (0, 6)


def test_comments_that_differ_only_in_masked_words_are_both_kept(shop, file):
    said = "shopper,product,kind,text\nann,p1,commented,a@mail.com\nann,p1,commented,b@mail.com\n"
    assert import_events(shop, file(said)).added == 2
    assert import_events(shop, file(said)).added == 0
