"""Labelled texts are read from whatever people keep them in, and what cannot be is said."""

from __future__ import annotations

import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.labelled import Columns, Example, read_labelled, read_texts
from bot.evaluate.labels import key, meeting
from catalog.errors import ShoptalkError
from tests.real_data import real_data

TWO = [Example("where is my parcel", "tracking"), Example("退货怎么办", "returns")]
ROWS = [(e.text, e.label) for e in TWO]
TEXTS, LABELS = ("\n".join(column) for column in zip(*ROWS, strict=True))
SPLIT = json.dumps({"a": ROWS[:1], "b": ROWS[1:]})
RASA = """\
version: "3.1"
nlu:
- synonym: parcel
  examples: |
    - package
- intent: tracking
  examples: |
    - where is my [parcel](thing)
    - has [it]{"entity": "thing", "value": "parcel"} left [Lyon][{"entity": "city"}]
- intent: returns
  examples:
  - text: |
      no
    metadata:
      after: asked
  - text: 退货怎么办
"""


@pytest.fixture
def write(tmp_path):
    """Write a file of this name and content; its path as text."""

    def put(name, content):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content, encoding="utf-8")
        return str(file)

    return put


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return str(path)


def table(header, separator=","):
    return "\n".join(separator.join(cells) for cells in [header, *ROWS]) + "\n"


@pytest.mark.parametrize(
    "header",
    [
        ("text", "category"),
        ("sentence", "label"),
        ("utterance", "intent"),
        ("Query", "Class"),
        ("文本", "标签"),
        ("Text", "what it is about"),
        ("said", "label"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_by_clear_column_names(write, header, separator):
    assert read_labelled(write("a.csv", table(header, separator))) == TWO


def test_the_clearer_of_two_columns_is_taken(write):
    text = (
        "utterance,intent,category\nwhere is it,track_order,ORDER\nmoney back,get_refund,REFUND\n"
    )
    assert [e.label for e in read_labelled(write("a.csv", text))] == ["track_order", "get_refund"]


def test_columns_can_be_said(write):
    file = write("a.csv", "a,b,c\nORDER,where is it,1\n")
    assert read_labelled(file, Columns("b", "a")) == [Example("where is it", "ORDER")]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (None, "No column of .* is clearly the text; it has a, b, c: .*--text-column"),
        (Columns(text="b"), "No column of .* is clearly the label; .*--label-column"),
        (Columns(text="d"), "has no column 'd': it has a, b, c"),
        (Columns(text="b", label="B"), "has no column 'B'"),
    ],
)
def test_columns_that_are_unclear_or_not_there_are_named(write, columns, said):
    file = write("a.csv", "a,b,c\nORDER,where is it,1\n")
    with pytest.raises(ShoptalkError, match=said):
        read_labelled(file, columns)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_tables_of_other_encodings_are_read(write, encoding):
    text = table(("text", "label")).replace("where is my parcel", "我的包裹到哪里了")
    found = read_labelled(write("a.csv", text.encode(encoding)))
    assert [e.text for e in found] == ["我的包裹到哪里了", "退货怎么办"]


def test_cells_may_hold_commas_quotes_and_line_breaks(write):
    file = write("a.csv", 'text,label\n"no, the ""red"" one\nplease",choose\n')
    assert read_labelled(file) == [Example('no, the "red" one\nplease', "choose")]


def test_lists_of_a_json_file_are_named_and_taken_together(write):
    data = {"train": ROWS[:1], "oos_train": [["what is love", "oos"]], "test": ROWS[1:]}
    file = write("full.json", json.dumps(data))
    assert read_labelled(f"{file}#train") == TWO[:1]
    assert [e.label for e in read_labelled(f"{file}#train+oos_train")] == ["tracking", "oos"]
    with pytest.raises(ShoptalkError, match=r"as .*full\.json#train: it has train, oos_train, tes"):
        read_labelled(file)
    with pytest.raises(ShoptalkError, match="no part 'valid': it has train"):
        read_labelled(f"{file}#train+valid")


@pytest.mark.parametrize("data", [ROWS, [{"text": t, "intent": i} for t, i in ROWS], {"a": ROWS}])
def test_one_list_of_a_json_file_needs_no_name(write, data):
    assert read_labelled(write("a.json", json.dumps(data))) == TWO


def test_json_lines_keep_what_was_before(write):
    rows = [{"text": "no", "label": "deny", "after": "offered", "n": 3}, {"text": "hi", "label": 0}]
    file = write("a.jsonl", "\n".join(map(json.dumps, rows)) + "\n\n")
    assert read_labelled(file) == [Example("no", "deny", "offered"), Example("hi", "0")]


def test_rasa_yaml_gives_texts_without_marks_and_what_was_before(write, tmp_path):
    expected = [
        Example("where is my parcel", "tracking"),
        Example("has it left Lyon", "tracking"),
        Example("no", "returns", "asked"),
        Example("退货怎么办", "returns"),
    ]
    file = write("data/en/nlu.yml", RASA)
    write("data/en/replies.yml", "greeting: hello\n")
    write("data/rules.yml", "rules: []\n")
    assert read_labelled(file) == expected
    assert read_labelled(str(tmp_path / "data")) == expected


def test_a_folder_of_two_files_is_read_line_by_line(write, tmp_path):
    write("set/seq.in", "where is my parcel\r\na\u2028b\n\n退货怎么办\n")
    write("set/label", "tracking\nother\nother\nreturns\n")
    found = read_labelled(str(tmp_path / "set"))
    assert [e.label for e in found] == ["tracking", "other", "returns"]
    write("set/label", "tracking\n")
    with pytest.raises(ShoptalkError, match="4 texts and 1 labels"):
        read_labelled(str(tmp_path / "set"))


@pytest.mark.parametrize(
    ("files", "inner"),
    [
        ({"set/data.csv": table(("text", "label")), "__MACOSX/._data.csv": "x"}, ""),
        ({"full.json": SPLIT}, "#a+b"),
        ({"a.csv": table(("text", "label")), "b.csv": "text,label\n"}, "#a.csv"),
        ({"in/full.json": SPLIT, "c.csv": ""}, "#in/full.json#a+b"),
        ({"set/seq.in": TEXTS, "set/label": LABELS}, ""),
    ],
)
def test_a_zip_of_any_of_these_is_read(tmp_path, files, inner):
    assert read_labelled(zipped(tmp_path / "a.zip", files) + inner) == TWO


def test_a_zip_of_rasa_files_is_read_whole(tmp_path):
    file = zipped(tmp_path / "a.zip", {"en/nlu.yml": RASA, "en/more.yml": RASA, "rules.yml": ""})
    assert len(read_labelled(file)) == 8


def test_of_several_files_in_a_zip_one_must_be_said(tmp_path):
    file = zipped(tmp_path / "a.zip", {"a.csv": "text,label\na,b\n", "b.csv": "text,label\na,b\n"})
    with pytest.raises(ShoptalkError, match=r"as .*a\.zip#NAME: it has a\.csv, b\.csv"):
        read_labelled(file)


def test_several_paths_are_joined_by_commas(write):
    one, other = write("a.csv", table(("text", "label"))), write("b.json", json.dumps(ROWS))
    assert read_labelled(f"{one}, {other}") == TWO * 2
    odd = write("a, b#c.csv", table(("text", "label")))
    assert read_labelled(odd) == TWO


def test_texts_alone_need_no_labels(write):
    lines, rows = write("a.txt", "one\n\ntwo\n"), write("b.csv", "text,label\nthree,\n")
    assert read_texts(f"{lines},{rows}") == ["one", "two", "three"]
    with pytest.raises(ShoptalkError, match=r"a\.txt cannot be read"):
        read_labelled(lines)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "no labelled texts"),
        ("a.csv", "text,label\n", "no labelled texts"),
        ("a.csv", "text,label\n ,x\n", "no labelled texts"),
        ("a.csv", "text,label\na,x\nb,\n", r"a\.csv, line 3 has no label"),
        ("a.csv", "text,label\na,x,y\n", r"line 2: The row has 3 cells"),
        ("a.csv", b"text,label\n" + "é".encode() * 9 + b"\xff,x\n", "line 2 holds bytes that are"),
        ("a.jsonl", "", "no labelled texts"),
        ("a.jsonl", '{"text": "a", "label": "x"}\nnothing\n', "line 2 is no JSON"),
        ("a.jsonl", '"text"\n', "entry 1 is neither"),
        ("a.json", "[", "is no JSON"),
        ("a.json", '{"a": 1}', "holds no list"),
        ("a.yml", "nlu: [", "is no YAML"),
        ("a.yml", "rules: []\n", "no labelled texts"),
        ("a.zip", "text", "is no zip file"),
        ("a.docx", "text", r"a\.docx cannot be read: give a \.csv"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(write, name, content, said):
    with pytest.raises(ShoptalkError, match=said) as caught:
        read_labelled(write(name, content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["", ",", "nowhere.csv", "nowhere.json#train", "#train"])
def test_a_path_that_is_not_there_is_named(path):
    with pytest.raises(ShoptalkError, match=r"no file or folder|path is empty"):
        read_labelled(path)


def test_only_some_files_have_parts(write, tmp_path):
    write("folder/notes.md", "")
    with pytest.raises(ShoptalkError, match="is neither"):
        read_labelled(write("a.csv", table(("text", "label"))) + "#train")
    with pytest.raises(ShoptalkError, match=r"neither seq\.in and label nor Rasa YAML"):
        read_labelled(str(tmp_path / "folder"))
    with pytest.raises(ShoptalkError, match="one list without parts"):
        read_labelled(write("a.json", json.dumps(ROWS)) + "#train")


def test_labels_meet_without_case_and_punctuation():
    found = meeting({"refund", "Card arrival?", "new"}, {"Refund!", "card arrival", "old"})
    assert found == {"refund": "Refund!", "Card arrival?": "card arrival"}


def test_labels_that_one_file_tells_apart_stay_apart():
    assert meeting({"Sport", "sport"}, {"sport"}) == {"sport": "sport"}
    assert meeting({"SPORT"}, {"Sport", "sport"}) == {}
    assert meeting({"+", "-"}, {"+", "-"}) == {"+": "+", "-": "-"}
    assert meeting({"A?", "a!"}, {"a"}) == {}


ANY = st.sets(st.text("aA!? b", min_size=1, max_size=3), max_size=8)


@given(ANY, ANY)
def test_no_two_labels_ever_become_one(labels, known):
    found = meeting(labels, known)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= known
    assert all(found[label] == label for label in labels & known)
    assert all(key(label) == key(other) for label, other in found.items())


REAL = {
    "banking77/train.csv": (10003, 77),
    "banking77/test.csv": (3080, 77),
    "banking77/train_10": (770, 77),
    "clinc150/data_full.json#train": (15000, 150),
    "clinc150/data_full.json#test+oos_test": (5500, 151),
    "clinc150/train_10": (1500, 150),
    "hwu64/train": (8954, 64),
    "hwu64/valid": (1076, 64),
    "curekart/train.csv": (600, 28),
    "curekart/test.csv": (991, 22),
    "bitext_cs/Bitext_Sample_Customer_Service_Testing_Dataset.csv": (810, 27),
}


def real(path):
    place, mark, options = path.partition("#")
    found = real_data(f"nlu/{place}")
    return read_labelled(f"{found}{mark}{options}")


@pytest.mark.parametrize("path", REAL)
def test_real_sets_are_read_whole(path):
    found = real(path)
    assert (len(found), len({e.label for e in found})) == REAL[path]
    assert all(e.text and e.label for e in found)


def test_the_labels_of_two_files_of_one_set_meet():
    trained = {e.label for e in real("banking77/train_10")}
    tested = {e.label for e in real("banking77/test.csv")}
    assert len(set(meeting(tested, trained).values())) == 77
    shouted = {f"{label.upper()}." for label in tested}
    assert set(meeting(shouted, trained).values()) == trained
