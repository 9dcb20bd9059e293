"""Numbers as the page shows them: three significant digits, never an exponent."""

from __future__ import annotations

import math

SUFFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def number_text(value: float) -> str:
    """12345.6 -> 12,346; 1.2345 -> 1.23; 0.00456 -> 0.00456; whole numbers as they are."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def tick_text(value: float) -> str:
    """As number_text(), but 20,000 -> 20k: for the axes of a plot."""
    for size, suffix in SUFFIXES:
        if abs(value) >= size:
            return f"{value / size:.3g}{suffix}"
    return f"{value:.6g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.0e}"


def with_unit(value: float, unit: str) -> str:
    """1.12x, 16.9 ns."""
    return number_text(value) + (unit if unit in ("", "x", "%") else " " + unit)


def spread_text(value: float, low: float | None, high: float | None, unit: str) -> str:
    """1.12x (1.10-1.15)."""
    text = with_unit(value, unit)
    if low is None or high is None or low == high:
        return text
    return f"{text} ({number_text(low)}-{number_text(high)})"
