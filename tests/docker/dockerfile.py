"""Reads a Dockerfile into stages of instructions."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name in capitals, its words as written, flags apart."""

    name: str
    text: str
    flags: dict[str, str] = field(default_factory=dict)

    @property
    def exec_form(self) -> Optional[list[str]]:
        """The words of a JSON array; None for the shell form."""
        if not self.text.startswith("["):
            return None
        words = json.loads(self.text)
        assert all(isinstance(word, str) for word in words), self
        return words

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)

    @property
    def pairs(self) -> dict[str, str]:
        """What ENV and ARG set; an ARG without a value has an empty one."""
        return {name: value for name, _, value in (word.partition("=") for word in self.words)}


@dataclass
class Stage:
    """One stage: what it is built from, its name, its instructions."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, *names: str) -> list[Instruction]:
        return [one for one in self.instructions if one.name in names]


def read_dockerfile(path: Path) -> list[Stage]:
    """The stages of a file, in order."""
    stages: list[Stage] = []
    for instruction in _instructions(path.read_text("utf-8")):
        if instruction.name == "FROM":
            words = instruction.words
            assert len(words) in (1, 3), instruction
            name = words[2] if len(words) == 3 else ""
            stages.append(Stage(words[0], name))
        else:
            assert stages, "The file must begin with FROM."
            stages[-1].instructions.append(instruction)
    return stages


def chain(stages: list[Stage], target: str) -> list[Stage]:
    """The stages that a target consists of, the first base first."""
    by_name = {stage.name: stage for stage in stages if stage.name}
    found = [by_name[target]]
    while found[0].base in by_name:
        found.insert(0, by_name[found[0].base])
    return found


def _instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\[ \t]*\n\s*", " ", "\n".join(lines))
    return [_instruction(line.strip()) for line in joined.split("\n") if line.strip()]


def _instruction(line: str) -> Instruction:
    name, _, rest = line.partition(" ")
    flags = {}
    rest = rest.strip()
    while match := re.match(r"--([a-z-]+)(?:=(\S+))?\s+", rest):
        flags[match[1]] = match[2] or ""
        rest = rest[match.end() :]
    return Instruction(name.upper(), rest, flags)
