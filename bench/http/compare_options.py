"""The command line of compare.py."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from report.options import bench_parser

PARTS = ("noise", "accounts", "pipelined", "connections", "latency", "writes", "flood", "threads2",
         "tokens", "counts")
QUICK_PARTS = ("noise", "accounts", "pipelined", "flood", "counts")


def number(least: float, most: float, kind: type) -> object:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"expected a number from {least} to {most}, "
                                             f"got {text!r}")
        return value
    return read


def part_list(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := [p for p in parts if p not in PARTS]:
        raise argparse.ArgumentTypeError(f"expected some of {','.join(PARTS)}, got {unknown[0]!r}")
    return parts


def read_options(description: str) -> argparse.Namespace:
    parser = bench_parser("compare.py", description, "the headline figures, in under 4 minutes")
    add = parser.add_argument
    add("--parts", type=part_list, metavar="LIST", help=f"some of {','.join(PARTS)}")
    add("--rounds", type=number(1, 1000, int), help="default 7, quick 5")
    add("--seconds", type=number(0.1, 600, float),
        help="of each server in each round; default 3, quick 1.5")
    add("--seed", type=number(0, 2**32, int), help="of the order in the rounds; default: by time")
    add("--first-port", type=number(1024, 65000, int), default=22000,
        help="100 ports from here on are used")
    add("--folder", type=Path,
        help="databases and logs go into http-run in this folder; default BUILD/bench")
    options = parser.parse_args()
    options.parts = options.parts or (QUICK_PARTS if options.quick else PARTS)
    options.rounds = options.rounds or (5 if options.quick else 7)
    options.seconds = options.seconds or (1.5 if options.quick else 3.0)
    options.seed = int(time.time()) if options.seed is None else options.seed
    options.folder = (options.folder or options.build / "bench").resolve() / "http-run"
    return options
