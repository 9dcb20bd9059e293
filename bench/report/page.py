#!/usr/bin/env python3
"""Draws bench/RESULTS.md and bench/plots/ from result files.

    page.py [--fresh DIR] [--to DIR]

takes the result files of a run (build/bench/results) into results/ below --to (bench), and draws
the page from there: what the run did not measure stays as it was. Without fresh results the page
is drawn again from what the repository holds.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from report import plot as plots  # noqa: E402
from report.goals import MISSED, Goal, GoalsError, read_goals  # noqa: E402
from report.machine import ROOT  # noqa: E402
from report.number import number_text, spread_text  # noqa: E402
from report.result_file import results_folder  # noqa: E402
from report.results import Figure, ResultsError, figures_of, read_part, read_parts  # noqa: E402

TEXTS = Path(__file__).resolve().parent / "text"

INTRODUCTION = """\
# Results

Drawn by `tools/bench page` from the result files in `bench/results/`, which `tools/bench` writes.
Every number in a table comes from a run of the commands below on the machine named below. What the
text between them says was seen while the code was written.
Compare within one run, never across runs or machines: absolute times drift, ratios hold.
`tools/bench` measures everything again on your machine; `tools/bench --quick` only what the
headline stands on, in under 5 minutes.
"""


def cell(value: str | int | float) -> str:
    content = value if isinstance(value, str) else number_text(value)
    return content.replace("|", "\\|").replace("\n", " ")


def table(columns: Sequence[str], rows: Sequence[Sequence[str | int | float]]) -> str:
    """Columns of numbers stand to the right: those with a digit in front in every row."""
    cells = [[cell(v) for v in row] for row in rows]
    right = [bool(cells) and all(row[i][:1].isdigit() or row[i] in ("", "-") for row in cells)
             for i in range(len(columns))]
    ruler = ["---:" if r else "---" for r in right]
    return "\n".join("| " + " | ".join(row) + " |"
                     for row in ([cell(c) for c in columns], ruler, *cells)) + "\n"


def bullets(lines: Sequence[str]) -> str:
    return "".join(f"- {' '.join(one.split())}\n" for one in lines)


def goal_row(goal: Goal, figure: Figure | None) -> list[str]:
    verdict = goal.verdict(figure)
    reached = spread_text(figure.value, figure.low, figure.high, figure.unit) if figure else ""
    return [goal.meaning, goal.text(), reached, f"**{verdict}**" if verdict == MISSED else verdict,
            f"`{goal.figure}`"]


def goals_section(goals: Sequence[Goal], figures: dict[str, Figure]) -> str:
    rows = [goal_row(goal, figures.get(goal.figure)) for goal in goals]
    return ("## Goals\n\nMedian over the rounds of a run, lowest and highest round in brackets.\n\n"
            + table(["what", "goal", "reached", "verdict", "figure"], rows)
            + hand_written("goals"))


def machine_rows(machine: dict[str, Any]) -> list[list[str]]:
    facts = [[key, str(value)] for key, value in machine.items() if key != "versions"]
    versions = ", ".join(f"{name} {text}" for name, text in machine["versions"].items())
    return [*facts, ["versions", versions]]


def machine_section(parts: Sequence[dict[str, Any]]) -> str:
    """The machine once, and what the parts do not have in common by part."""
    merged: dict[str, Any] = {"versions": {}}
    for part in parts:
        for key, value in part["machine"].items():
            if key == "versions":
                merged["versions"].update(value)
            elif str(value) not in merged.setdefault(key, []):
                merged[key].append(str(value))
    merged = {k: v if k == "versions" else "; ".join(v) for k, v in merged.items()}
    ran = [[p["part"], f"`{p['command']}`", p["when"], p["machine"]["commit"]] for p in parts]
    return ("## Machine\n\n" + table(["", ""], machine_rows(merged)) + "\n"
            + table(["part", "command", "when", "commit"], ran))


def hand_written(part: str) -> str:
    path = TEXTS / f"{part}.md"
    return "\n" + path.read_text().strip() + "\n" if path.exists() else ""


def part_section(part: dict[str, Any]) -> str:
    blocks = [f"## {part['title']}\n\nMeasured by `{part['command']}`.\n"]
    if part["settings"]:
        blocks.append(bullets(part["settings"]))
    for one in part["tables"]:
        words = f"{one['text'].strip()}\n\n" if one["text"] else ""
        blocks.append(f"### {one['title']}\n\n{words}{table(one['columns'], one['rows'])}")
    for one in part["plots"]:
        blocks.append(f"![{one['title']}](plots/{one['name']}.svg)\n")
    if part["notes"]:
        blocks.append("### Notes\n\n" + bullets(part["notes"]))
    return "\n".join(blocks) + hand_written(part["part"])


def page(parts: Sequence[dict[str, Any]], goals: Sequence[Goal]) -> str:
    figures = figures_of(list(parts))
    sections = [INTRODUCTION, goals_section(goals, figures), machine_section(parts),
                *(part_section(p) for p in parts), hand_written("end").lstrip()]
    return "\n".join(s for s in sections if s)


def draw_plots(parts: Sequence[dict[str, Any]], folder: Path) -> None:
    """Draws all plots, and removes those that no part has any more."""
    drawn: dict[str, str] = {}
    for one in (p for part in parts for p in part["plots"]):
        if one["name"] in drawn:
            raise ResultsError(f"plot {one['name']}: more than one has this name")
        drawn[one["name"]] = plots.draw(one)
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.stem not in drawn:
            old.unlink()
    for name, svg in drawn.items():
        (folder / f"{name}.svg").write_text(svg)


def take_fresh(fresh: Path, kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    for path in sorted(fresh.glob("*.json")):
        read_part(path)  # refuse what the page could not be drawn from
        shutil.copyfile(path, kept / path.name)


def draw(fresh: Path, to: Path) -> Path:
    """Draws page and plots; returns the page's path."""
    take_fresh(fresh, to / "results")
    parts = read_parts(to / "results")
    if not parts:
        raise ResultsError(f"no result files in {fresh} nor in {to / 'results'}")
    drawn = page(parts, read_goals())
    draw_plots(parts, to / "plots")
    (to / "RESULTS.md").write_text(drawn)
    return to / "RESULTS.md"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="page.py", description="Draws bench/RESULTS.md.")
    parser.add_argument("--fresh", type=Path, default=results_folder(), metavar="DIR")
    parser.add_argument("--to", type=Path, default=ROOT / "bench", metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        print(draw(options.fresh, options.to))
    except (ResultsError, GoalsError, ValueError) as failed:
        print(f"page.py: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
