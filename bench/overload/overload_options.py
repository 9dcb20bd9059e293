"""The command line of overload.py, and how much of everything a whole and a quick run take."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from report.options import bench_parser

SCENARIOS = ("peak", "mixed", "floods")
PORTS = 2  # a gateway's public and private listener; one gateway runs at a time


@dataclass(frozen=True)
class Scale:
    """Sizes of the store, and seconds of each measurement in each round."""

    tokens: int
    codes: int
    rounds: int
    peak_seconds: float
    overload_seconds: float
    mixed_seconds: float
    flood_seconds: float


WHOLE = Scale(tokens=1_000_000, codes=1_200_000, rounds=3, peak_seconds=3, overload_seconds=10,
              mixed_seconds=4, flood_seconds=4)
QUICK = Scale(tokens=300_000, codes=320_000, rounds=1, peak_seconds=1, overload_seconds=3,
              mixed_seconds=1, flood_seconds=1)


def port_number(text: str) -> int:
    most = 65_535 - (PORTS - 1)
    if not text.isdecimal() or not 1024 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"expected a port from 1024 to {most}, got {text!r}")
    return int(text)


def scenario_list(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := [n for n in names if n not in SCENARIOS]:
        raise argparse.ArgumentTypeError(f"expected some of {','.join(SCENARIOS)}, "
                                         f"got {unknown[0]!r}")
    return names


def read_options(description: str) -> argparse.Namespace:
    parser = bench_parser("overload.py", description, "a smaller store and one short round")
    add = parser.add_argument
    add("--scenarios", type=scenario_list, default=SCENARIOS, metavar="LIST",
        help=f"some of {','.join(SCENARIOS)}")
    add("--first-port", type=port_number, default=25_000, help="this port and the next are used")
    add("--folder", type=Path, metavar="DIR",
        help="databases and logs go into overload-run in this folder; default BUILD/bench")
    options = parser.parse_args()
    options.folder = (options.folder or options.build / "bench").resolve() / "overload-run"
    options.scale = QUICK if options.quick else WHOLE
    return options
