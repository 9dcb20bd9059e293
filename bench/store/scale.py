#!/usr/bin/env python3
"""Cost as tokens grow, start-up, memory, and hits during a purge: the result file "scale".

    scale.py --build DIR [--quick]

Needs 6 GB of disk under build/bench and 4 GB of memory for ten million tokens; --quick stops at a
million. Removes its databases at the end.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from growth import BYTES_PER_TOKEN, MOST_BYTES, Growth, fresh, measure_size  # noqa: E402
from growth import weigh_cached_tokens  # noqa: E402
from programs import ProgramFailed, Programs  # noqa: E402
from purge_stall import LIVE, PurgeStall, measure_purge  # noqa: E402
from report.machine import GIB, ROOT, available_memory  # noqa: E402
from report.options import bench_parser  # noqa: E402
from report.process import exit_on_sigterm  # noqa: E402
from report.result_file import ResultFile  # noqa: E402
from scale_report import describe_growth, describe_purge  # noqa: E402

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
QUICK_MOST = 1_000_000
MEMORY_FOR_TEN_MILLION = 4 * GIB
RATE = 10_000.0  # hits a second during the purge: a third of what one core answers


def sizes(quick: bool, folder: Path, results: ResultFile) -> list[int]:
    """Those that fit."""
    wanted = [n for n in SIZES if not quick or n <= QUICK_MOST]
    room = min(shutil.disk_usage(folder).free, MOST_BYTES)
    fit = [n for n in wanted if n * BYTES_PER_TOKEN < room
           and (n <= QUICK_MOST or available_memory() > MEMORY_FOR_TEN_MILLION)]
    for n in wanted[len(fit):]:
        results.setting(f"{n:,} tokens: left out, for want of disk or memory")
    return fit


def measure_growth(programs: Programs, folder: Path, quick: bool, results: ResultFile) -> Growth:
    growth = Growth()
    for tokens in sizes(quick, folder, results):
        print(f"  {tokens:,} tokens", file=sys.stderr, flush=True)
        measure_size(programs, folder / "growth", tokens, growth)
    print("  memory per cached token", file=sys.stderr, flush=True)
    weigh_cached_tokens(programs, fresh(folder / "growth"), 100_000 if quick else 1_000_000,
                        5 if quick else 40, growth)
    shutil.rmtree(folder / "growth")
    return growth


def measure_hits_during_purge(programs: Programs, folder: Path, quick: bool) -> PurgeStall:
    expired = 200_000 if quick else 1_000_000
    print(f"  hits while {expired:,} expired tokens are purged", file=sys.stderr, flush=True)
    programs.fill(fresh(folder / "purge"), LIVE, expired, psus=1000)
    return measure_purge(programs, folder / "purge", expired, RATE)


def main(arguments: Sequence[str]) -> int:
    options = bench_parser("scale.py", "Cost as tokens grow.",
                           "up to a million tokens").parse_args(arguments)
    exit_on_sigterm()
    results = ResultFile("scale", "As tokens grow", "tools/bench scale")
    programs = Programs(options.build)
    folder = ROOT / f"build/bench/scale.{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        describe_growth(results, measure_growth(programs, folder, options.quick, results))
        describe_purge(results, measure_hits_during_purge(programs, folder, options.quick))
    except ProgramFailed as failed:
        print(f"scale.py: {failed}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"scale: {results.write()}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
