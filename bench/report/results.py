"""Reads result files (result_file.py writes them)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# In the order of the page. Parts not named here come behind, by name.
PART_ORDER = ("http", "counts", "tls", "authorize", "token_cache", "digest", "parser", "answer",
              "store", "scale", "overload")


class ResultsError(Exception):
    """A result file that cannot be used; the message names it."""


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    low: float | None
    high: float | None
    part: str


def read_part(path: Path) -> dict[str, Any]:
    try:
        part = json.loads(path.read_text())
    except (OSError, ValueError) as failed:
        raise ResultsError(f"{path}: {failed}") from failed
    needed = {"part", "title", "command", "when", "machine", "settings", "figures", "tables",
              "plots", "notes"}
    if not isinstance(part, dict) or not needed <= part.keys():
        raise ResultsError(f"{path}: expected an object with {', '.join(sorted(needed))}")
    if part["part"] != path.stem:
        raise ResultsError(f"{path}: expected part {path.stem!r}, got {part['part']!r}")
    return part


def read_parts(folder: Path) -> list[dict[str, Any]]:
    """All parts in the folder, in the order of the page."""
    parts = [read_part(path) for path in sorted(folder.glob("*.json"))]
    rank = {name: i for i, name in enumerate(PART_ORDER)}
    return sorted(parts, key=lambda p: (rank.get(p["part"], len(rank)), p["part"]))


def figures_of(parts: list[dict[str, Any]]) -> dict[str, Figure]:
    """All figures by name. Two of one name are an error: a goal could not tell them apart."""
    figures: dict[str, Figure] = {}
    for part in parts:
        for name, entry in part["figures"].items():
            if name in figures:
                raise ResultsError(f"figure {name}: in part {part['part']} and in "
                                   f"{figures[name].part}")
            figures[name] = Figure(name, entry["value"], entry["unit"], entry.get("low"),
                                   entry.get("high"), part["part"])
    return figures
