"""One run of the comparison: what its parts share, and how samples become tables and figures."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Callable, Sequence

from load_tool import Load
from peers import PEERS, Site
from report.result_file import ResultFile
from report.spread import Spread, ratio, spread
from rounds import Entry, Sample, Samples, run_rounds
from fleet import Fleet

SERVER_CPU, LOAD_CPU = "0", "1"
PERCENTILES = ("p50", "p99", "p99.9")


@dataclass
class Comparison:
    site: Site
    results: ResultFile
    rounds: int
    seconds: float  # of each entry in each round
    dice: random.Random
    quick: bool

    def load(self, **changes: object) -> Load:
        """Valid tokens, each as likely as the next, closed loop, unless `changes` differs."""
        usual: dict[str, object] = {"tokens": {"valid": self.site.bank.valid},
                                    "seconds": self.seconds, "cpus": LOAD_CPU}
        return Load(**{**usual, **changes})  # type: ignore[arg-type]

    def run(self, title: str, fleet: Fleet, names: Sequence[str], load: Load) -> Samples:
        """All of `names` under the same load."""
        return self.run_entries(title, [Entry(n, fleet[n], load) for n in names])

    def run_entries(self, title: str, entries: Sequence[Entry]) -> Samples:
        return run_rounds(self.site.programs, title, entries, self.rounds, self.dice)

    def ratio_figures(self, prefix: str, samples: Samples) -> None:
        """<prefix>.cpu_vs_<peer> for each peer."""
        for name in samples:
            if PEERS[name].server is not PEERS["gateway"].server:
                self.figure(f"{prefix}.cpu_vs_{name}", cpu_ratio(samples, "gateway", name), "x")

    def figure(self, name: str, value: Spread, unit: str) -> None:
        self.results.figure(name, value.value, unit, value.low, value.high)

    def server_table(self, title: str, samples: Samples, text: str = "") -> None:
        """Everything that was measured, one server a row."""
        columns = ["server", "CPU-us/request", "user", "gateway / this", "requests/s",
                   "cores busy", *(f"{p} us" for p in PERCENTILES)]
        self.results.table(title, columns, [self._row(name, samples) for name in samples], text)

    def _row(self, name: str, samples: Samples) -> list[str | int | float]:
        rows = samples[name]
        return [PEERS[name].title, of(rows, cpu_us).text(), f"{of(rows, user_us).value:.2f}",
                cpu_ratio(samples, "gateway", name).text() if name != "gateway" else "1",
                round(of(rows, rate).value), f"{of(rows, busy).value:.2f}",
                *(f"{of(rows, latency(p)).value:.0f}" for p in PERCENTILES)]


Reading = Callable[[Sample], float]


def cpu_us(s: Sample) -> float:
    return s.cpu_us


def user_us(s: Sample) -> float:
    return s.user_us


def rate(s: Sample) -> float:
    return s.rate


def busy(s: Sample) -> float:
    return s.busy


def latency(percentile: str) -> Reading:
    return lambda s: s.latency_us[percentile]


def of(samples: Sequence[Sample], read: Reading) -> Spread:
    return spread([read(s) for s in samples])


def ratio_of(samples: Samples, over: str, under: str, read: Reading) -> Spread:
    return ratio([read(s) for s in samples[over]], [read(s) for s in samples[under]])


def cpu_ratio(samples: Samples, over: str, under: str) -> Spread:
    return ratio_of(samples, over, under, cpu_us)
