"""What operations cost as tokens grow, how long a start takes, and what a cached token weighs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway import Gateway
from programs import Programs

EXPIRED = 5_000
CODES = 7_680       # six rounds of twenty for each of 64 callers
MOST_PSUS = 100_000  # their accounts take longer to make than tokens do
STARTS = 5
MOST_BYTES = 6_000_000_000  # of disk; a token and all that belongs to it takes 480
BYTES_PER_TOKEN = 480


@dataclass
class Growth:
    costs: dict[int, dict[str, Any]] = field(default_factory=dict)      # tokens -> store_costs
    starts: dict[int, list[float]] = field(default_factory=dict)        # tokens -> seconds
    bytes_per_token: float | None = None
    cached_tokens: int = 0
    cache_slots: int = 0


def fresh(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def measure_size(programs: Programs, folder: Path, tokens: int, growth: Growth) -> None:
    programs.fill(fresh(folder), tokens, EXPIRED, CODES, min(tokens // 10, MOST_PSUS))
    growth.costs[tokens] = programs.costs(folder)
    growth.starts[tokens] = [start_seconds(programs, folder) for _ in range(STARTS)]


def start_seconds(programs: Programs, folder: Path) -> float:
    with Gateway(programs.gateway, folder) as gateway:
        return gateway.seconds_to_ready


def resident_with(programs: Programs, folder: Path, slots: int, seconds: float) -> int:
    """Of a gateway that has answered requests for tokens, one after the other, for so long."""
    with Gateway(programs.gateway, folder, ["--token-cache-entries", str(slots)]) as gateway:
        programs.load(gateway.public, folder / "valid.tokens", seconds, None, "sequential")
        return gateway.resident_bytes()


def weigh_cached_tokens(programs: Programs, folder: Path, tokens: int, seconds: float,
                        growth: Growth) -> None:
    """With room for twice the tokens, and with room for hardly any: the rest is the same."""
    programs.fill(fresh(folder), tokens, psus=1000)
    growth.cache_slots = 1 << (2 * tokens - 1).bit_length()
    weight = (resident_with(programs, folder, growth.cache_slots, seconds)
              - resident_with(programs, folder, 1024, seconds))
    growth.cached_tokens = tokens
    growth.bytes_per_token = weight / tokens
