"""Runs the commands of README.md against the API that runs, and compares what they print.

With --write, puts what was printed into the page instead.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

PAGE = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"(?<=^```sh\n)api=.*?(?=^```$)", re.MULTILINE | re.DOTALL)
# Derived from condominium, driver and key.
_RIDE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|RIDE")
_VARIABLE = re.compile(r"\w+=")
_VARIES = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<time>"),
    (re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}"), "<trace>"),
)


def commands(block: str) -> list[list[str]]:
    """Each command with what it should print."""
    found: list[list[str]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif found[-1][0].endswith("\\\n") or found[-1][0].count("'") % 2:
            found[-1][0] += line
        else:
            found[-1][1] += line
    return found


def constant(text: str, ride: str) -> str:
    text = text.replace(ride, "<ride>")
    for pattern, name in _VARIES:
        text = pattern.sub(name, text)
    return text


class Walk:
    """A condominium of its own, so that the page can be walked again in the same system."""

    def __init__(self, api: str, condominio: str) -> None:
        self._condominio = condominio
        self._ride = ""
        self._shell = _SHELL.search(PAGE.read_text("utf-8"))[0].replace(  # type: ignore[index]
            "http://127.0.0.1:8000", api
        )

    def run(self, command: str, ride: str) -> str:
        here = self._shell + command.replace(ride, self._ride or ride)
        if _VARIABLE.match(command):
            self._shell = here
            return ""
        printed = subprocess.run(
            ["bash", "-c", here.replace("condominio-aurora", self._condominio)],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout.replace(self._condominio, "condominio-aurora")
        if not self._ride:
            self._ride = _RIDE.search(printed)[0]  # type: ignore[index]
        return printed.replace(self._ride, ride)


def walk(api: str, *, write: bool) -> list[str]:
    """What is not as the page says."""
    # Who reads the page has the ids of a system that was just started; a test may be the second.
    walk = Walk(api, "condominio-aurora" if write else f"condominio-{uuid.uuid4()}")
    page = PAGE.read_text("utf-8")
    ride = _RIDE.search(page)[0]  # type: ignore[index]
    wrong: list[str] = []

    def block(match: re.Match[str]) -> str:
        text = ""
        for command, expected in commands(match[0]):
            printed = walk.run(command, ride)
            if constant(printed, ride) != constant(expected, ride):
                wrong.append(f"$ {command}{printed}")
            text += f"$ {command}{printed}"
        return text

    page = _BLOCK.sub(block, page)
    if write:
        PAGE.write_text(page.replace(ride, walk._ride), "utf-8")
    return [] if write else wrong


if __name__ == "__main__":
    sys.exit(
        "\n".join(
            walk(os.environ.get("API", "http://127.0.0.1:8000"), write="--write" in sys.argv[1:])
        )
        or None
    )
