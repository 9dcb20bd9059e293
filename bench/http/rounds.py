"""Alternating rounds: each gives every entry the same time, in an order dealt anew."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import Sequence

from cpu_time import CpuTime, cpu_time
from load_tool import Load, Outcome, run_load
from peers import PEERS
from programs import Programs
from servers import Server

SETTLING = 0.05  # seconds; the server is still closing connections when the load tool has ended


@dataclass(frozen=True)
class Entry:
    """A server under a load; the same server may have several entries."""

    name: str
    server: Server
    load: Load
    opening: float = 0.0  # seconds of CPU time that its connections cost; taken off


@dataclass(frozen=True)
class Sample:
    """One entry in one round."""

    answered: int
    cpu_us: float  # per answered request
    user_us: float
    rate: float  # answers/s
    busy: float  # cores of CPU time that the server used
    latency_us: dict[str, float]


Samples = dict[str, list[Sample]]


def run_counted(programs: Programs, server: Server, load: Load) -> tuple[Outcome, CpuTime]:
    """The load, and the CPU time that the server took for it."""
    server.check_alive()
    before = cpu_time(server.pid)
    may_err = not PEERS[server.name].every_answer_as_expected
    outcome = run_load(programs.bench("multipass-load"), server.port, load, may_err)
    time.sleep(SETTLING)
    return outcome, cpu_time(server.pid).since(before)


def opening_cost(programs: Programs, server: Server, load: Load) -> float:
    """Seconds of CPU time for the load's connections alone: opened, hardly used, closed."""
    trickle = replace(load, depth=1, rate=100.0, seconds=0.5)
    return median(run_counted(programs, server, trickle)[1].seconds for _ in range(3))


def measure(programs: Programs, entry: Entry) -> Sample:
    outcome, used = run_counted(programs, entry.server, entry.load)
    cpu_us = (used.seconds - entry.opening) * 1e6 / outcome.answered
    return Sample(outcome.answered, cpu_us, cpu_us * used.user_share(), outcome.rate,
                  cpu_us * outcome.rate / 1e6, outcome.latency_us)


def run_rounds(programs: Programs, title: str, entries: Sequence[Entry], rounds: int,
               dice: random.Random) -> Samples:
    """Samples by entry, in the order of the rounds."""
    samples: Samples = {e.name: [] for e in entries}
    for number in range(1, rounds + 1):
        for entry in dice.sample(list(entries), len(entries)):
            load = replace(entry.load, seed=number)  # the same tokens for all of a round
            samples[entry.name].append(measure(programs, replace(entry, load=load)))
        shown = ", ".join(f"{e.name} {samples[e.name][-1].cpu_us:.2f}" for e in entries)
        print(f"{title}: round {number} of {rounds}: CPU-us/request: {shown}", file=sys.stderr)
    return samples
