"""README is true: the commands, targets, settings and files that it names are there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from bot.cli.main import build
from catalog.feeds.event_map import read_event_map
from catalog.feeds.mapfile import read_map
from catalog.rules.problems import Problems
from catalog.rules.reading import read_rules
from catalog.settings import PREFIX, ROOT, Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"\bshoptalk ([a-z]+)((?: [^`\n]*)?)")
GROUPS = {"import": r"[a-z]+", "evaluate": r"[a-z|\\-]+", "staff": r"[a-z|\\]+"}


def commands() -> dict[tuple[str, ...], set[str]]:
    """Each command that README names, with the options it is named with."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name, rest in COMMAND.findall(README):
        names: list[tuple[str, ...]] = [(name,)]
        if name in GROUPS:
            words = re.match(rf" ({GROUPS[name]})", rest)
            assert words, f"README names `shoptalk {name}` without saying what"
            names = [(name, word) for word in words[1].replace("\\", "").split("|")]
        for one in names:
            found.setdefault(one, set()).update(re.findall(r"--[a-z-]+", rest))
    return found


def test_readme_names_the_commands():
    named = {path[0] for path in commands()}
    assert named >= {"import", "index", "train", "chat", "parse", "recommend", "evaluate"}


@pytest.mark.parametrize("path", sorted(commands()), ids=" ".join)
def test_a_command_of_readme_exists_with_its_options(path):
    app = build()
    ran = CliRunner().invoke(app, [*path, "--help"])
    assert ran.exit_code == 0, ran.output
    command = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert commands()[path] | {"--shop"} <= options


def test_a_command_that_does_not_exist_is_wrong_usage():
    assert CliRunner().invoke(build(), ["recomend", "--help"]).exit_code == 2


def test_the_targets_of_readme_are_in_the_makefile():
    named = set(re.findall(r"\bmake ([a-z]+)\b", README)) - {"is"}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"chat", "test", "serve", "bench"} <= named
    assert named <= targets


def test_the_settings_of_readme_are_the_settings():
    table = README.split("## Settings")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"SHOPTALK_[A-Z_]+", row)}
    assert named == {PREFIX + f.name.upper() for f in fields(Settings)}


def test_the_files_that_readme_links_to_are_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    for folder in re.findall(r"^\| `([a-z_]+)/` \|", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder


def indented(mark: str, spaces: int, folder: Path) -> Path:
    """The block of README that has this text in it, as a file."""
    blocks = re.findall(rf"(?: {{{spaces}}}.*\n)+", README)
    (text,) = [block for block in blocks if mark in block]
    file = folder / "block.yml"
    file.write_text(re.sub(rf"^ {{{spaces}}}", "", text, flags=re.MULTILINE), encoding="utf-8")
    return file


def test_the_maps_of_readme_can_be_read(tmp_path):
    products = read_map(indented("sale_price", 8, tmp_path))
    assert {"id", "title", "price", "sale_price", "product_type"} <= set(products.columns)
    events = read_event_map(indented("shopper:", 8, tmp_path))
    assert {"shopper", "product", "kind", "at", "query"} <= set(events.columns)


def test_the_rules_of_readme_are_rules(tmp_path):
    problems = Problems()
    rules = read_rules(indented("synonyms:", 4, tmp_path), problems)
    assert not problems.errors
    assert {rule.kind for rule in rules.rules} >= {"pin", "boost", "bury", "exclude", "age_limited"}
