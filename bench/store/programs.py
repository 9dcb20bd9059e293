"""The programs that bench/store runs, and what they print."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence


class ProgramFailed(RuntimeError):
    """A program that is missing, failed, or took too long; the message names it."""


@dataclass(frozen=True)
class Programs:
    """Paths inside a build folder."""

    build: Path

    @property
    def gateway(self) -> Path:
        return self.build / "multipass"

    def fill(self, folder: Path, tokens: int, expired: int = 0, codes: int = 0,
             psus: int | None = None) -> None:
        """Makes folder/bank.db and the lists beside it."""
        self._run(self.build / "bench/store/fill_store",
                  ["--database", str(folder / "bank.db"), "--tokens", str(tokens),
                   "--expired", str(expired), "--codes", str(codes),
                   *(["--psus", str(psus)] if psus else [])], limit=1800)

    def costs(self, folder: Path) -> dict[str, Any]:
        """Of a hit, a miss, an issue and a purge with that database, which they change."""
        return json.loads(self._run(self.build / "bench/store/store_costs", [str(folder)], 600))

    def load(self, address: str, tokens: Path, seconds: float, rate: float | None,
             pick: str = "uniform", cpus: str | None = None) -> dict[str, Any]:
        """Account lists for valid tokens: `rate` a second at random times, or all that it can."""
        pace = (["--closed"] if rate is None
                else ["--rate", f"{rate:.0f}", "--schedule", "poisson"])
        pinned = ["--cpus", cpus] if cpus else []
        return json.loads(self._run(
            self.build / "bench/load/multipass-load",
            ["--to", address, "--connections", "64", *pace, *pinned, "--warmup", "0s",
             "--duration", f"{seconds * 1000:.0f}ms", "--tokens", f"valid={tokens}",
             "--pick", pick, "--json", "-", "--quiet"], seconds + 60))

    @staticmethod
    def _run(program: Path, arguments: Sequence[str], limit: float) -> str:
        if not program.exists():
            raise ProgramFailed(f"{program}: not built; tools/build --benches builds it")
        try:
            done = subprocess.run([program, *arguments], capture_output=True, text=True,
                                  timeout=limit)
        except subprocess.TimeoutExpired as late:
            raise ProgramFailed(f"{program.name}: not done after {limit:.0f} s") from late
        if done.returncode != 0:
            last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
            raise ProgramFailed(f"{program.name}: exit status {done.returncode}: {last}")
        return done.stdout
