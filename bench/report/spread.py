"""A figure over rounds: its median, and how far the rounds lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Sequence


@dataclass(frozen=True)
class Spread:
    """The median over the rounds, and the lowest and highest round."""

    value: float
    low: float
    high: float

    def text(self, digits: int = 2) -> str:
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def ratio(over: Sequence[float], under: Sequence[float]) -> Spread:
    """over/under, round by round: what disturbed a round disturbed both sides of it."""
    if len(over) != len(under):
        raise ValueError(f"expected as many rounds, got {len(over)} and {len(under)}")
    return spread([a / b for a, b in zip(over, under)])
