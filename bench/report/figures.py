"""How a benchmark's spread becomes a figure or a cell."""

from __future__ import annotations

from report.number import spread_text
from report.result_file import ResultFile
from report.spread import Spread


def ns(spread: Spread) -> str:
    return spread_text(spread.value, spread.low, spread.high, "")


def us(spread: Spread) -> str:
    return spread_text(spread.value / 1e3, spread.low / 1e3, spread.high / 1e3, "")


def figure_ns(results: ResultFile, name: str, spread: Spread) -> None:
    results.figure(name, spread.value, "ns", spread.low, spread.high)


def figure_ratio(results: ResultFile, name: str, spread: Spread) -> None:
    results.figure(name, spread.value, "x", spread.low, spread.high)
