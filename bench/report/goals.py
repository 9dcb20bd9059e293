#!/usr/bin/env python3
"""The goals of bench/goals, and whether the results reach them.

    goals.py check [--quick] [--parts LIST] [--require-all] [--results DIR] [--goals FILE]

prints each goal with its figure. Exit status 1: a goal that was measured is missed, or, with
--require-all, one was not measured. --quick looks at the quick goals only, --parts only at those
that these parts measured.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from report.machine import ROOT  # noqa: E402
from report.number import number_text, spread_text  # noqa: E402
from report.result_file import FIGURE_NAME, results_folder  # noqa: E402
from report.results import Figure, ResultsError, figures_of, read_parts  # noqa: E402

GOALS_FILE = ROOT / "bench/goals"
LINE = re.compile(r"(?P<figure>\S+)\s+(?P<relation>\S+)\s+(?P<bound>\S+)(?:\s+(?P<word>\S+))?"
                  r"\s*#\s*(?P<meaning>\S.*)")
MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"


class GoalsError(Exception):
    """A goals file that cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Goal:
    figure: str
    relation: str  # "<=" or ">="
    bound: float
    quick: bool
    meaning: str

    def text(self) -> str:
        return f"{self.relation} {self.bound:g}"

    def verdict(self, figure: Figure | None) -> str:
        if figure is None:
            return NOT_MEASURED
        reached = (figure.value <= self.bound if self.relation == "<=" else
                   figure.value >= self.bound)
        return MET if reached else MISSED

    def ratio(self, figure: Figure | None) -> float | None:
        """Figure over bound; None where that says nothing."""
        return figure.value / self.bound if figure and self.bound else None


def parse_goal(line: str, where: str) -> Goal:
    found = LINE.fullmatch(line.strip())
    if not found:
        raise GoalsError(f"{where}: expected '<figure> <=|>= <number> [quick]  # meaning', "
                         f"got {line.strip()!r}")
    if not FIGURE_NAME.fullmatch(found["figure"]):
        raise GoalsError(f"{where}: expected a figure such as http.accounts.cpu_us, "
                         f"got {found['figure']!r}")
    if found["relation"] not in ("<=", ">="):
        raise GoalsError(f"{where}: expected <= or >=, got {found['relation']!r}")
    if found["word"] not in (None, "quick"):
        raise GoalsError(f"{where}: expected quick or nothing behind the number, "
                         f"got {found['word']!r}")
    return Goal(found["figure"], found["relation"], parse_bound(found["bound"], where),
                found["word"] == "quick", found["meaning"])


def parse_bound(text: str, where: str) -> float:
    try:
        bound = float(text)
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise GoalsError(f"{where}: expected a number, got {text!r}")
    return bound


def parse_goals(text: str, name: str = "bench/goals") -> list[Goal]:
    """One goal a line; empty lines and lines that begin with # are comments."""
    goals: dict[str, Goal] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        goal = parse_goal(line, f"{name}:{number}")
        if goal.figure in goals:
            raise GoalsError(f"{name}:{number}: {goal.figure} has a goal already")
        goals[goal.figure] = goal
    return list(goals.values())


def read_goals(path: Path = GOALS_FILE) -> list[Goal]:
    try:
        return parse_goals(path.read_text(), str(path))
    except OSError as failed:
        raise GoalsError(f"{path}: {failed.strerror}") from failed


def report_line(goal: Goal, figure: Figure | None) -> str:
    verdict = goal.verdict(figure)
    reached = spread_text(figure.value, figure.low, figure.high, figure.unit) if figure else "-"
    ratio = goal.ratio(figure)
    share = f"{number_text(ratio)} of the goal" if ratio is not None else ""
    return f"{verdict:<13} {goal.figure:<48} {goal.text():<9} {reached:<28} {share}".rstrip()


def check(goals: Sequence[Goal], figures: dict[str, Figure], require_all: bool) -> bool:
    """Prints each goal; true when none is missed."""
    verdicts = []
    for goal in goals:
        print(report_line(goal, figures.get(goal.figure)))
        verdicts.append(goal.verdict(figures.get(goal.figure)))
    missed, unmeasured = verdicts.count(MISSED), verdicts.count(NOT_MEASURED)
    print(f"{verdicts.count(MET)} met, {missed} missed, {unmeasured} not measured")
    return missed == 0 and not (require_all and unmeasured)


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="goals.py", description="Checks results against goals.")
    parser.add_argument("command", choices=["check"])
    parser.add_argument("--quick", action="store_true", help="the quick goals only")
    parser.add_argument("--parts", metavar="LIST", help="only what these parts measured")
    parser.add_argument("--require-all", action="store_true", help="fail on what is not measured")
    parser.add_argument("--results", type=Path, default=results_folder(), metavar="DIR")
    parser.add_argument("--goals", type=Path, default=GOALS_FILE, metavar="FILE")
    return parser.parse_args(arguments)


def wanted_goals(options: argparse.Namespace, figures: dict[str, Figure]) -> list[Goal]:
    goals = [g for g in read_goals(options.goals) if g.quick or not options.quick]
    if options.parts is None:
        return goals
    parts = options.parts.split(",")
    return [g for g in goals if g.figure in figures and figures[g.figure].part in parts]


def main(arguments: Sequence[str]) -> int:
    options = parse_options(arguments)
    try:
        figures = figures_of(read_parts(options.results))
        goals = wanted_goals(options, figures)
    except (GoalsError, ResultsError) as failed:
        print(f"goals.py: {failed}", file=sys.stderr)
        return 2 if isinstance(failed, GoalsError) else 1
    return 0 if check(goals, figures, options.require_all) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
