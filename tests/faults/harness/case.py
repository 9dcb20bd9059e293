"""How a fault's program runs: a temporary folder, checks that say what was expected, figures that
say how far it was, an exit status."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable


class Failed(Exception):
    pass


def check(condition: object, expectation: str) -> None:
    if not condition:
        raise Failed(expectation)


def say(text: str) -> None:
    print(text, flush=True)


def wait_until(condition: Callable[[], object], limit: float, expectation: str) -> float:
    """Looks every 5 ms; returns the seconds it took, and fails after `limit`."""
    begun = time.monotonic()
    while not condition():
        check(time.monotonic() - begun < limit, f"{expectation} within {limit:g} s")
        time.sleep(0.005)
    return time.monotonic() - begun


class Case:
    """What the program and its cases are given."""

    def __init__(self, program: str, shim: str, folder: Path, rounds: int | None):
        self.program, self.shim, self.folder, self.rounds = program, shim, folder, rounds


def run(description: str, *cases: Callable[[Case], None]) -> None:
    """Runs the cases in turn, each in an empty folder; exits with 1 if any fails."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("program", help="the multipass to test")
    options.add_argument("--shim", default="", help="the library that brings faults about")
    options.add_argument("--rounds", type=int, help="instead of as many as the case has")
    options.add_argument("--only", default="", help="cases whose name holds this")
    given = options.parse_args()
    failures = 0
    for case in cases:
        if given.only not in case.__name__:
            continue
        begun = time.monotonic()
        say(f"{case.__name__}: {(case.__doc__ or '').strip().splitlines()[0]}")
        try:
            with tempfile.TemporaryDirectory(prefix="multipass-fault-") as folder:
                case(Case(given.program, given.shim, Path(folder), given.rounds))
        except Failed as e:
            failures += 1
            say(f"  FAILED: expected {e}")
        say(f"  {time.monotonic() - begun:.1f} s")
    sys.exit(1 if failures else 0)
