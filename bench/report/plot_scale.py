"""Axes: from values to pixels, and where the ticks stand. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

STEPS = (1, 2, 5)  # of a decade


@dataclass(frozen=True)
class Scale:
    """Maps [low, high] to [start, end], in pixels; `end` may be less, as it is for y."""

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: tuple[float, ...]

    def position(self, value: float) -> float:
        low, high = self.low, self.high
        if self.log:
            value, low, high = math.log10(value), math.log10(low), math.log10(high)
        return self.start + (value - low) / (high - low) * (self.end - self.start)


def make_scale(values: Sequence[float], log: bool, start: float, end: float,
               from_zero: bool = False) -> Scale:
    """Covers all values with whole ticks at both ends. `from_zero`: a linear scale begins at 0.

    ValueError: no values, or some that a logarithm does not take.
    """
    if not values:
        raise ValueError("expected values, got none")
    low, high = min(values), max(values)
    if log:
        if low <= 0:
            raise ValueError(f"expected values above 0 on a log axis, got {low}")
        ticks = log_ticks(low, high)
    else:
        ticks = linear_ticks(min(low, 0) if from_zero else low, high)
    return Scale(ticks[0], ticks[-1], start, end, log, tuple(thinned(ticks) if log else ticks))


def linear_ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, from at or below `low` to at or above `high`."""
    if low == high:
        high = low + (abs(low) or 1)
    step = round_up((high - low) / wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, ... times a power of ten."""
    decade = 10.0 ** math.floor(math.log10(value))
    return next(s * decade for s in (*STEPS, 10) if s * decade >= value * (1 - 1e-9))


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 in each decade, from at or below `low` to at or above `high`."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1
    every = [round(s * 10.0 ** d, 12 - min(d, 0)) for d in range(first, last + 1) for s in STEPS]
    begin = max(i for i, t in enumerate(every) if t <= low * (1 + 1e-9))
    end = min(i for i, t in enumerate(every) if t >= high * (1 - 1e-9) and i > begin)
    return every[begin:end + 1]


def thinned(ticks: Sequence[float], most: int = 9) -> list[float]:
    """Whole decades only, where 1, 2, 5 would be too many to read."""
    if len(ticks) <= most:
        return list(ticks)
    return [t for t in ticks if math.isclose(t, 10.0 ** round(math.log10(t)), rel_tol=1e-9)]
