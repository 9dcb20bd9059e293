"""Runs Google Benchmark programs and reads what they wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Sequence

from report.spread import Spread, ratio, spread

NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


class BenchmarkError(Exception):
    """A program that failed, or a benchmark that is not there; the message names it."""


@dataclass
class Measured:
    """All repetitions of each benchmark, by its name without what Google Benchmark appends to it.

    Times are of the clock that the benchmark asks for: CPU time, in which other processes of the
    machine do not count, unless it waits or has several threads.
    """

    times: dict[str, list[float]] = field(default_factory=dict)  # ns an operation
    counters: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, output: dict[str, Any]) -> None:
        """Takes a program's JSON output."""
        for run in output["benchmarks"]:
            if run.get("error_occurred"):
                raise BenchmarkError(f"{run['name']}: {run['error_message']}")
            if run["run_type"] != "iteration":
                continue
            name = plain_name(run["run_name"])
            clock = "real_time" if "real_time" in run["run_name"].split("/") else "cpu_time"
            self.times.setdefault(name, []).append(run[clock] * NANOSECONDS[run["time_unit"]])
            self.counters[name] = {k: v for k, v in run.items() if isinstance(v, float)}

    def of(self, name: str) -> list[float]:
        if name not in self.times:
            raise BenchmarkError(f"{name}: expected to be among the benchmarks that ran")
        return self.times[name]

    def divide(self, name: str, operations: int) -> None:
        """From the time of an iteration to that of one of its operations."""
        self.times[name] = [t / operations for t in self.of(name)]

    def ns(self, name: str) -> float:
        return median(self.of(name))

    def spread(self, name: str) -> Spread:
        return spread(self.of(name))

    def ratio(self, over: str, under: str) -> Spread:
        """By repetition: with random interleaving, those with the same number ran close by."""
        return ratio(self.of(over), self.of(under))

    def counter(self, name: str, counter: str) -> float:
        self.of(name)
        return self.counters[name][counter]


def plain_name(run_name: str) -> str:
    """Without /real_time, /repeats:3 and the like, which say how, not what."""
    dropped = ("real_time", "process_time", "threads:1")
    return "/".join(p for p in run_name.split("/")
                    if p not in dropped and not p.startswith(("repeats:", "iterations:",
                                                              "min_time:")))


def run(program: Path, options: Sequence[str], output: Path, cpus: set[int] | None = None) -> dict[
        str, Any]:
    """Runs a program, pinned to `cpus` if given; returns its JSON, which stays in `output`."""
    if not program.exists():
        raise BenchmarkError(f"{program}: not built; tools/build --benches builds it")
    output.parent.mkdir(parents=True, exist_ok=True)
    command = [str(program), f"--benchmark_out={output}", "--benchmark_out_format=json", *options]
    print(f"  {program.name} {' '.join(options)}", file=sys.stderr, flush=True)

    def pin() -> None:
        if cpus:
            os.sched_setaffinity(0, cpus & os.sched_getaffinity(0) or cpus)

    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          preexec_fn=pin)
    if done.returncode != 0:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise BenchmarkError(f"{program.name}: exit status {done.returncode}: {last}")
    try:
        return json.loads(output.read_text())
    except ValueError as failed:
        raise BenchmarkError(f"{output}: {failed}") from failed
