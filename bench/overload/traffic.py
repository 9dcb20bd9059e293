"""multipass-load, several at once: what each is to bring, and what it heard back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from exchange import ADDRESS
from fleet import metrics
from heard import Heard, heard_of
from load_tool import LoadFailed
from servers import Server
from stage import HITS, LOAD_CPU, Stage

OPENING_LIMIT = 30.0  # seconds to open all connections
ENDING_LIMIT = 60.0  # seconds beyond its duration
BACKGROUND = 19  # nice; what floods must not take the CPU from what measures
SPIN = "import time; end = time.monotonic() + 600\nwhile time.monotonic() < end: pass"


@dataclass(frozen=True)
class Traffic:
    """Account lists with `tokens`, redemptions of `codes`, or both by `weights`. Closed loop unless
    `rate` is given."""

    tokens: Path | None = None
    codes: Path | None = None
    weights: str = ""  # as --request has them: accounts=4,token=1
    unknown: bool = False  # tokens made at random
    rate: float | None = None  # requests/s in all, Poisson
    connections: int = 64
    seconds: float = 2.0
    pick: str = "uniform"
    drain: str | None = None  # None: the tool's default
    niceness: int = 0
    seed: int = 1

    def command(self, program: Path, port: int) -> list[str]:
        pace = (["--closed"] if self.rate is None
                else ["--rate", f"{self.rate:.0f}", "--schedule", "poisson"])
        what = [*([f"--tokens=valid={self.tokens}", "--pick", self.pick] if self.tokens else []),
                *([f"--codes={self.codes}"] if self.codes else []),
                *(["--mix", "unknown"] if self.unknown else []),
                "--request", self.weights or ("token" if self.codes else "accounts")]
        return ["taskset", "-c", LOAD_CPU, "nice", "-n", str(self.niceness), str(program),
                "--to", f"{ADDRESS}:{port}", "--connections", str(self.connections), *pace,
                "--duration", f"{self.seconds * 1000:.0f}ms", "--warmup", "0s", *what,
                *(["--drain", self.drain] if self.drain else []), "--spin", "0s",
                "--seed", str(self.seed), "--json", "-", "--quiet", "--allow-errors"]


class Run:
    """A started multipass-load."""

    def __init__(self, stage: Stage, traffic: Traffic) -> None:
        self._limit = traffic.seconds + ENDING_LIMIT
        self._command = traffic.command(stage.programs.bench("multipass-load"), stage.port)
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True)

    def finish(self) -> Heard:
        output, complaint = self._process.communicate(timeout=self._limit)
        if self._process.returncode != 0 or not output:
            raise LoadFailed(f"{' '.join(self._command)}: {complaint.strip() or output[:400]}")
        heard = heard_of(json.loads(output))
        if not heard.answered:
            raise LoadFailed(f"{' '.join(self._command)}: no request was answered")
        return heard

    def interrupt(self) -> Heard:
        """What it heard until now. It must not have ended by itself: then it was no company to
        what ran beside it."""
        self.check_running()
        self._process.send_signal(signal.SIGINT)
        return self.finish()

    def check_running(self) -> None:
        if self._process.poll() is not None:
            output, complaint = self._process.communicate()
            raise LoadFailed(f"{' '.join(self._command)}: ended too early; {complaint.strip()}")

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def run(stage: Stage, traffic: Traffic) -> Heard:
    started = Run(stage, traffic)
    try:
        return started.finish()
    finally:
        started.end()


@contextmanager
def beside(stage: Stage, server: Server, traffic: Traffic) -> Iterator[Run]:
    """Runs `traffic` meanwhile; within, all its connections are open."""
    wanted = traffic.connections + open_connections(server)
    started = Run(stage, traffic)
    try:
        await_connections(server, wanted, started)
        yield started
    finally:
        started.end()


def open_connections(server: Server) -> int:
    return int(metrics(server)['multipass_http_connections{listener="public"}'])


def await_connections(server: Server, wanted: int, started: Run) -> None:
    end = time.monotonic() + OPENING_LIMIT
    while open_connections(server) < wanted:
        started.check_running()
        if time.monotonic() > end:
            raise LoadFailed(f"{wanted} connections were not open within {OPENING_LIMIT:.0f} s")
        time.sleep(0.05)


@contextmanager
def busy_load_cpu() -> Iterator[None]:
    """The load tool's CPU has something else to do, at the lowest priority: what a measurement
    shows of the CPU being shared, and not of the gateway."""
    spinning = subprocess.Popen(["taskset", "-c", LOAD_CPU, "nice", "-n", str(BACKGROUND),
                                 sys.executable, "-c", SPIN])
    try:
        yield
    finally:
        spinning.kill()
        spinning.wait()


def warm_hits(stage: Stage) -> None:
    """Brings every token of `hits` into the gateway's memory."""
    answered, seconds = 0, 0.5
    while answered < HITS:
        answered = run(stage, Traffic(stage.part("hits"), pick="sequential",
                                      seconds=seconds)).answered
        seconds *= 2
