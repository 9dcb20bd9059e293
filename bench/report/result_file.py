"""What one benchmark part found: build/bench/results/<part>.json.

    results = ResultFile("http", "The gateway beside its peers", "tools/bench http")
    results.setting("64 keep-alive connections")
    results.figure("http.accounts.cpu_vs_floor", 1.12, "x", low=1.10, high=1.15)
    results.table("CPU per request", ["server", "us"], [["nginx", 4.7]])
    results.versions["nginx"] = "1.22.1"
    results.write()

The page (page.py) and the goals check (goals.py) read these files and nothing else.
MULTIPASS_BENCH_RESULTS names another folder; `tools/bench --quick` uses it to leave the results of
the whole run as they are.
"""

from __future__ import annotations

import json
import math
import os
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Sequence

from report.machine import ROOT, machine

__all__ = ["ResultFile", "machine", "results_folder", "show"]

FIGURE_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
PART_NAME = re.compile(r"[a-z][a-z0-9_]*")
PLOT_KINDS = ("line", "bar")

Cell = str | int | float


def results_folder() -> Path:
    """Where result files lie."""
    return Path(os.environ.get("MULTIPASS_BENCH_RESULTS") or ROOT / "build/bench/results")


def checked_number(what: str, value: float) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{what}: expected a finite number, got {value!r}")
    return value


class ResultFile:
    """Collects one part's results; write() puts them into the results folder, whole or not at all.

    Mistakes of the caller (a row of the wrong length, a figure twice, a value that is no number)
    raise ValueError where they are made, not when the page is drawn.
    """

    def __init__(self, part: str, title: str, command: str) -> None:
        if not PART_NAME.fullmatch(part):
            raise ValueError(f"part: expected lower-case letters, digits and _, got {part!r}")
        self._content: dict[str, Any] = {
            "part": part,
            "title": title,
            "command": command,
            "when": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "machine": machine(),
            "settings": [],
            "figures": {},
            "tables": [],
            "plots": [],
            "notes": [],
        }

    @property
    def versions(self) -> dict[str, str]:
        """Versions of what was measured, to be added to: versions["nginx"] = "1.22.1"."""
        return self._content["machine"]["versions"]

    def setting(self, text: str) -> None:
        """A line on how it was measured: connections, duration, rounds, pinning."""
        self._content["settings"].append(text)

    def figure(self, name: str, value: float, unit: str, low: float | None = None,
               high: float | None = None) -> None:
        """A number goals refer to; `low` and `high` are its spread over the rounds."""
        if not FIGURE_NAME.fullmatch(name):
            raise ValueError(f"figure: expected a name such as http.accounts.cpu_us, got {name!r}")
        if name in self._content["figures"]:
            raise ValueError(f"figure {name}: given twice")
        entry: dict[str, Any] = {"value": checked_number(name, value), "unit": unit}
        if low is not None:
            entry["low"] = checked_number(name + " low", low)
        if high is not None:
            entry["high"] = checked_number(name + " high", high)
        self._content["figures"][name] = entry

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]],
              text: str = "") -> None:
        """A table; `text` is a paragraph above it."""
        for row in rows:
            if len(row) != len(columns):
                raise ValueError(f"table {title!r}: expected {len(columns)} cells, got {row!r}")
        self._content["tables"].append({"title": title, "text": text, "columns": list(columns),
                                        "rows": [list(row) for row in rows]})

    def plot(self, plot: dict[str, Any]) -> None:
        """A plot: {"name", "title", "kind": "line"|"bar", "x": {"label", "log"}, "y": likewise,
        "series": [{"name", "points": [[x, y], ...]}]}; a bar plot's x are labels."""
        missing = {"name", "title", "kind", "x", "y", "series"} - plot.keys()
        if missing:
            raise ValueError(f"plot: {', '.join(sorted(missing))} missing")
        if plot["kind"] not in PLOT_KINDS:
            raise ValueError(f"plot {plot['name']}: expected line or bar, got {plot['kind']!r}")
        if not re.fullmatch(r"[a-z0-9-]+", plot["name"]):
            raise ValueError(f"plot: expected a name of [a-z0-9-], got {plot['name']!r}")
        self._content["plots"].append(plot)

    def note(self, text: str) -> None:
        """A remark that is true of any run on any machine, or computed from this one."""
        self._content["notes"].append(text)

    def write(self) -> Path:
        """Writes the file; returns where."""
        folder = results_folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self._content['part']}.json"
        fresh = path.with_suffix(".json.new")
        fresh.write_text(json.dumps(self._content, indent=1, ensure_ascii=False) + "\n")
        os.replace(fresh, path)
        return path


def show(path: Path) -> None:
    """The figures of a results file."""
    for name, figure in json.loads(path.read_text())["figures"].items():
        between = f" ({figure['low']:.3g}-{figure['high']:.3g})" if "low" in figure else ""
        print(f"{name:55} {figure['value']:.4g}{between} {figure['unit']}")
    print(f"written: {path}")
