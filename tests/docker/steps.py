"""Runs the steps of a Dockerfile's target outside a container, below a temporary root.

What is replaced, because there is no container engine, no root and no network of its own:

- base images: the Python that runs the tests;
- steps as root (``apt-get``, ``useradd``, ``chown``): only the folders that they make are made;
- the environment of packages that another stage installs: a link to the one that runs the tests,
  from which only the packages of the image can be imported;
- absolute paths of the image (``/app``, ``/data``, ``/run/secrets``, ``/usr/local/bin``, ``/tmp``):
  the same paths below the temporary root;
- names and ports of the network: loopback and free ports.

Everything else runs as it is written: COPY with .dockerignore, ENV, WORKDIR, our own RUN steps,
CMD and HEALTHCHECK with the environment of the image and of the compose file.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import Mapping, Sequence

from packaging.utils import canonicalize_name

from catalog.settings import ROOT
from tests.docker.dockerfile import Instruction, Stage

AS_ROOT = re.compile(r"\b(apt-get|useradd|groupadd|chown)\b")
PATHS = re.compile(r"(?<![\w.:/-])/(?=(?:app|data|run/secrets|usr/local/bin|tmp)\b)")
BLOCKER = """
import sys


class OnlyThese:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in CLOSED:
            raise ModuleNotFoundError(f"{{top}} is not in the image", name=top)


CLOSED = frozenset({closed!r})
sys.meta_path.insert(0, OnlyThese())
"""


def _packages():
    spec = importlib.util.spec_from_file_location("packages", ROOT / "docker" / "packages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


packages = _packages()


@dataclass
class Image:
    """What a target consists of, once its steps have run."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    command: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    """Steps that did not run here."""

    def path(self, inside: str) -> Path:
        """Where a path of the image is on this machine."""
        absolute = inside if inside.startswith("/") else f"{self.folder}/{inside}"
        return self.root / absolute.strip("/")

    def here(self, text: str) -> str:
        """A text with the image's paths as they are on this machine."""
        return PATHS.sub(lambda _slash: f"{self.root}/", text)

    def process_environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """The environment of a process of the image, and nothing of ours but where programs are."""
        given = {**self.environment, **more}
        found = {name: self.here(value) for name, value in given.items()}
        found["PYTHONPATH"] = f"{self.root}/blocked{os.pathsep}{found['PYTHONPATH']}"
        return found


def build(stages: Sequence[Stage], root: Path, names: set[str]) -> Image:
    """Run the steps of a chain of stages.

    Parameters
    ----------
    names
        The packages of the image.
    """
    image = Image(root, {"PATH": os.environ["PATH"]})
    for stage in stages:
        for instruction in stage.instructions:
            _DO.get(instruction.name, _nothing)(image, instruction)
    _close(root / "blocked", names)
    return image


def run(image: Image, words: Sequence[str], more: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a command of the image."""
    return subprocess.Popen(
        [image.here(word) for word in words],
        cwd=image.path("."),
        env=image.process_environment(more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _nothing(_image: Image, _instruction: Instruction) -> None:
    """EXPOSE, USER, SHELL …: nothing to do outside a container."""


def _env(image: Image, instruction: Instruction) -> None:
    before = dict(image.environment)
    for name, value in instruction.pairs.items():
        filled = re.sub(r"\$(\w+)", lambda match: before.get(match[1], ""), value)
        image.environment[name] = filled


def _workdir(image: Image, instruction: Instruction) -> None:
    image.folder = instruction.text
    image.path(".").mkdir(parents=True, exist_ok=True)


def _copy(image: Image, instruction: Instruction) -> None:
    *sources, target = instruction.words
    if "from" in instruction.flags:
        image.path(target).symlink_to(ROOT / ".venv")
        image.replaced.append(f"COPY --from={instruction.flags['from']} {instruction.text}")
        return
    from tests.docker.test_dockerfile import is_ignored

    for source in sources:
        into = (
            image.path(target) / Path(source).name if target.endswith("/") else image.path(target)
        )
        into.parent.mkdir(parents=True, exist_ok=True)
        origin = ROOT / source
        if origin.is_dir():
            _copy_folder(origin, into, is_ignored)
        else:
            shutil.copy(origin, into)
            if into.name == "shoptalk":
                # The interpreter that its first line names is another one here.
                into.write_text(image.here(into.read_text("utf-8")), "utf-8")


def _copy_folder(origin: Path, into: Path, is_ignored) -> None:  # type: ignore[no-untyped-def]
    def leave_out(folder: str, names: list[str]) -> list[str]:
        inside = Path(folder).relative_to(ROOT)
        return [name for name in names if is_ignored(str(inside / name))]

    shutil.copytree(origin, into, symlinks=True, ignore=leave_out, dirs_exist_ok=True)


def _run(image: Image, instruction: Instruction) -> None:
    if AS_ROOT.search(instruction.text):
        image.replaced.append(f"RUN {instruction.text}")
        for words in re.findall(r"mkdir -p ([^&;|]+)", instruction.text):
            for folder in words.split():
                image.path(folder).mkdir(parents=True, exist_ok=True)
        return
    environment = {n: image.here(v) for n, v in image.environment.items()}
    text = ["/bin/bash", "-euo", "pipefail", "-c", image.here(instruction.text)]
    subprocess.run(text, cwd=image.path("."), env=environment, check=True)


def _cmd(image: Image, instruction: Instruction) -> None:
    image.command = list(instruction.exec_form or [])


def _healthcheck(image: Image, instruction: Instruction) -> None:
    words = Instruction("CMD", instruction.text.removeprefix("CMD").strip()).exec_form
    image.check = list(words or [])


def _close(folder: Path, names: set[str]) -> None:
    """Make packages that are not in the image unknown to its processes."""
    inside: set[str] = set()
    outside: set[str] = set()
    for one in distributions():
        is_inside = canonicalize_name(one.metadata["Name"]) in names
        (inside if is_inside else outside).update(_modules(one))
    folder.mkdir()
    closed = sorted(outside - inside - {"bot", "actions", "catalog"} - sys.stdlib_module_names)
    text = BLOCKER.format(closed=closed)
    (folder / "sitecustomize.py").write_text(text, "utf-8")


def _modules(one) -> set[str]:  # type: ignore[no-untyped-def]
    """The names at the top of what a distribution holds."""
    tops = {file.parts[0] for file in one.files or [] if file.suffix in (".py", ".so")}
    return {top.split(".")[0] for top in tops if not top.endswith((".dist-info", ".."))}


_DO = {
    "ENV": _env,
    "WORKDIR": _workdir,
    "COPY": _copy,
    "RUN": _run,
    "CMD": _cmd,
    "HEALTHCHECK": _healthcheck,
}
