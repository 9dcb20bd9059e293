"""Readings of several rounds as figures and cells."""

from __future__ import annotations

from typing import Callable, Sequence, TypeVar

from report.number import number_text, spread_text
from report.result_file import ResultFile
from report.spread import Spread, ratio, spread

One = TypeVar("One")
Reading = Callable[[One], float]


def of(rounds: Sequence[One], read: Reading[One]) -> Spread:
    return spread([read(r) for r in rounds])


def ratio_of(over: Sequence[One], under: Sequence[One], read: Reading[One]) -> Spread:
    return ratio([read(r) for r in over], [read(r) for r in under])


def figure(results: ResultFile, name: str, value: Spread, unit: str) -> None:
    results.figure(name, value.value, unit, value.low, value.high)


def cell(value: Spread, unit: str = "") -> str:
    return spread_text(value.value, value.low, value.high, unit)


def whole(value: float) -> str:
    return number_text(round(value))


def percent(value: float) -> str:
    """Two digits: a share of 0.004 % is not none."""
    return f"{value * 100:.2f} %"


def percents(values: Sequence[float]) -> str:
    """The lowest to the highest."""
    return " to ".join(dict.fromkeys(percent(v) for v in (min(values), max(values))))
