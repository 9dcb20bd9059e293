"""What a multipass-load heard back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answers:
    """Of one kind of requests among several."""

    seconds: float
    by_status: dict[int, int]

    def all(self) -> int:
        return sum(self.by_status.values())

    def rate(self, status: int = 200) -> float:
        return self.by_status.get(status, 0) / self.seconds

    def share(self, status: int) -> float:
        return self.by_status.get(status, 0) / max(self.all(), 1)


@dataclass(frozen=True)
class Heard:
    seconds: float
    sent: int
    answered: int
    unsent: int  # due, and never sent
    by_status: dict[int, int]
    # Of every request that was due, answered or not, from when it was due.
    latency_us: dict[str, float]
    requests: dict[str, dict[int, int]]  # "accounts", "token" -> by status
    late_us: float  # p99 of how late the tool itself was
    busy: float  # CPU of the tool, 0 to 1

    def count(self, status: int) -> int:
        return self.by_status.get(status, 0)

    def rate(self, status: int = 200) -> float:
        return self.count(status) / self.seconds

    def due(self) -> int:
        return self.sent + self.unsent

    def share_of_due(self, status: int) -> float:
        return self.count(status) / max(self.due(), 1)

    def of_request(self, name: str) -> Answers:
        return Answers(self.seconds, self.requests.get(name, {}))


def heard_of(report: dict[str, Any]) -> Heard:
    return Heard(report["seconds"], report["sent"], report["answered"], report["unsent"],
                 statuses(report), report["latency_us"],
                 {name: statuses(part) for name, part in report["by_request"].items()},
                 report["late_sends_us"]["p99"], report["busy"])


def statuses(part: dict[str, Any]) -> dict[int, int]:
    return {int(status): count for status, count in part["by_status"].items()}
