"""multipass-load as a function: what load to put on which port, and what came of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exchange import ADDRESS


class LoadFailed(RuntimeError):
    """The load tool failed, or a server gave answers that it should not."""


@dataclass(frozen=True)
class Load:
    """Requests for the account list. Closed loop unless `rate` is given."""

    tokens: dict[str, Path]  # kind -> file, as multipass-load has it
    connections: int = 64
    depth: int = 1  # outstanding requests per connection
    rate: float | None = None  # requests/s in all, Poisson
    seconds: float = 2.0
    mix: str = "valid=100"
    pick: str = "uniform"
    cpus: str | None = "1"  # None: wherever the kernel likes
    seed: int = 1

    def command(self, program: Path, port: int, allow_errors: bool) -> list[str]:
        pace = (["--closed", "--depth", str(self.depth)] if self.rate is None
                else ["--rate", f"{self.rate:.0f}", "--schedule", "poisson"])
        tokens = [f"--tokens={kind}={path}" for kind, path in self.tokens.items()]
        pinned = ["taskset", "-c", self.cpus] if self.cpus else []
        return [*pinned, str(program), "--to", f"{ADDRESS}:{port}",
                "--connections", str(self.connections), *pace,
                "--duration", f"{self.seconds * 1000:.0f}ms", "--warmup", "0s",
                *tokens, "--mix", self.mix, "--pick", self.pick, "--request", "accounts",
                "--seed", str(self.seed), "--json", "-", "--quiet",
                *(["--allow-errors"] if allow_errors else [])]


@dataclass(frozen=True)
class Outcome:
    answered: int
    rate: float
    latency_us: dict[str, float] = field(default_factory=dict)  # "p50", "p99", "p99.9", ...


def run_load(program: Path, port: int, load: Load, allow_errors: bool = False) -> Outcome:
    """Runs it to the end. `allow_errors`: for servers that check no token and answer 200 to all."""
    command = load.command(program, port, allow_errors)
    done = subprocess.run(command, capture_output=True, text=True, timeout=load.seconds + 60)
    if done.returncode != 0:
        raise LoadFailed(f"{' '.join(command)}: exit status {done.returncode}; "
                         f"{done.stderr.strip() or done.stdout.strip()[:400]}")
    report: dict[str, Any] = json.loads(done.stdout)
    broken = sum(report["errors"].values())
    if broken or not report["answered"]:
        raise LoadFailed(f"port {port}: {report['answered']} answers, {broken} failed: "
                         f"{report['errors']}")
    return Outcome(report["answered"], report["rate"], report["latency_us"])
