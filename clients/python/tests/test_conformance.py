"""The published service config and timeouts mean the same in each language.

`clients/conformance/README.md` tells what the programs do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from scripted import Code, Scripted, Seen, Trouble

from minhacarona._config import Method, methods

HERE = Path(__file__).parent
PROGRAMS = HERE.parents[1] / "conformance"
BUILT = HERE.parent / ".conformance"
CONFIG = HERE.parent / "src" / "minhacarona" / "config"
PROCESSES = 20
AT_A_TIME = 4

# What a busy machine adds to half of the pauses, in seconds.
SLACK = 0.05

REPEATED = [method for method in methods().values() if method.retry]


def python() -> list[str]:
    return [sys.executable, str(PROGRAMS / "python" / "client.py")]


def ours() -> list[str]:
    return [sys.executable, str(HERE / "conforming.py")]


def go() -> list[str]:
    if not shutil.which("go"):
        pytest.skip("there is no Go")
    binary = BUILT / "go-client"
    subprocess.run(
        ["go", "build", "-buildvcs=false", "-o", str(binary), "."], cwd=PROGRAMS / "go", check=True
    )
    return [str(binary)]


def node() -> list[str]:
    if not shutil.which("npm"):
        pytest.skip("there is no npm")
    folder = BUILT / "node"
    shutil.copytree(PROGRAMS / "node", folder, dirs_exist_ok=True)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
        cwd=folder,
        check=True,
    )
    return ["node", str(folder / "client.js")]


def java() -> list[str]:
    if not shutil.which("mvn") or not shutil.which("javac"):
        pytest.skip("there is no Maven or JDK")
    classpath = BUILT / "classpath"
    # The version of grpc-java that the services and the Java client have.
    goal = ["dependency:build-classpath", "-DincludeScope=runtime"]
    subprocess.run(
        ["mvn", "-q", "-pl", "proto", *goal, f"-Dmdep.outputFile={classpath}"],
        cwd=PROGRAMS.parents[1],
        check=True,
    )
    folder = BUILT / "java"
    libraries = classpath.read_text()
    source = PROGRAMS / "java" / "Client.java"
    subprocess.run(["javac", "-d", str(folder), "-cp", libraries, str(source)], check=True)
    return ["java", "-cp", f"{folder}{os.pathsep}{libraries}", "Client"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("build", [ours, python, go, node, java])
def test_deadlines_attempts_and_pauses_are_those_that_are_published(
    build: Callable[[], list[str]],
) -> None:
    BUILT.mkdir(exist_ok=True)
    command = build()

    seen: list[Seen] = []

    def run(number: int) -> list[float]:
        method = REPEATED[number % len(REPEATED)]
        with Scripted() as server:
            server.judge = failing
            subprocess.run(
                [
                    *command,
                    server.target,
                    str(CONFIG / "service-config.json"),
                    str(CONFIG / "timeouts.json"),
                    method.name,
                ],
                check=True,
                timeout=60,
                env=os.environ | {"PYTHONPATH": str(HERE.parent / "src")},
            )
        seen.extend(server.seen)
        return check(server.seen, method)

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        late = [each for run in pool.map(run, range(PROCESSES)) for each in run]
    assert median(late) <= SLACK
    for method in REPEATED:
        check_deadlines(method, [each for each in seen if method.name.endswith(each.method)])


def failing(seen: Seen) -> Trouble | None:
    return Trouble(Code.UNAVAILABLE) if seen.metadata["x-run"] == "failing" else None


def check_deadlines(method: Method, seen: list[Seen]) -> None:
    """On a busy machine a part of a deadline may be over before a call is sent, but not of most."""
    told = [each.remaining or 0 for each in seen if each.metadata["x-run"] == "deadline"]
    assert len(told) == PROCESSES
    assert median(told) == pytest.approx(method.timeout, rel=0.05), method.name
    # gRPC's C core rounds up.
    assert max(told) <= method.timeout * 1.05, method.name


def check(seen: list[Seen], failed: Method) -> list[float]:
    """Returns by how much each pause was longer than the longest that is allowed."""
    attempts = [each for each in seen if each.metadata["x-run"] == "failing"]
    policy = failed.retry
    assert policy
    assert len(attempts) == policy.max_attempts
    pause = policy.initial_backoff
    late = []
    for before, after in pairwise(attempts):
        assert pause * 0.8 <= after.at - before.at, failed.name
        late.append(after.at - before.at - pause * 1.2)
        pause = min(pause * policy.multiplier, policy.max_backoff)
    return late
