#!/usr/bin/env python3
"""Runs the gateway beside the gateway of an earlier revision: what did the changes between cost?

tools/bench-before calls it. Writes the results file "before"; prints the figures.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCH))

from bank import stock
from comparison import LOAD_CPU, SERVER_CPU, cpu_ratio, cpu_us, of
from counts import FEW_TOKENS, instructions_by_function
from callgrind import TOTAL, wrapper
from fleet import warm
from load_tool import Load
from peers import PEERS, Site
from programs import Programs
from report.options import bench_parser, build_folder
from report.process import exit_on_sigterm
from report.result_file import ResultFile, show
from rounds import Entry, run_rounds
from servers import Server, allow_many_files

TOKENS = 10_000
NAMES = ("gateway", "gateway_before")
FIRST_PORT = 23_000


def site_of(build: Path, folder: Path, port: int) -> Site:
    """Each revision fills its own database: the earlier one cannot read the later one's."""
    programs = Programs(build)
    return Site(programs, stock(programs, folder / "bank", TOKENS, 0, port), folder, port + 2)


def load_of(site: Site, seconds: float, cpus: str | None = LOAD_CPU) -> Load:
    return Load(tokens={"valid": site.bank.valid}, seconds=seconds, cpus=cpus)


def compare_cpu(sites: dict[str, Site], rounds: int, seconds: float, results: ResultFile) -> None:
    with ExitStack() as stack:
        entries = []
        for name, site in sites.items():
            server: Server = stack.enter_context(PEERS[name].server(site, name, 1, SERVER_CPU))
            load = load_of(site, seconds)
            warm(site, server, load)
            entries.append(Entry(name, server, load))
        samples = run_rounds(sites["gateway"].programs, "before and after", entries, rounds,
                             random.Random(1))
    ratio = cpu_ratio(samples, "gateway", "gateway_before")
    results.figure("before.accounts.cpu_ratio", ratio.value, "x", ratio.low, ratio.high)
    results.table("CPU-us per request", ["server", "us"],
                  [[PEERS[n].title, of(samples[n], cpu_us).text()] for n in NAMES])


def compare_instructions(sites: dict[str, Site], results: ResultFile) -> None:
    counted = {}
    for name, site in sites.items():
        folder = site.folder / "callgrind"
        folder.mkdir(exist_ok=True)
        few = site.folder / "few.tokens"
        few.write_text("".join(site.bank.valid.read_text().splitlines(True)[:FEW_TOKENS]))
        site.folder, site.gateway_wrapper = folder, wrapper(folder)
        load = Load(tokens={"valid": few}, cpus=None)
        with PEERS[name].server(site, name, 1, SERVER_CPU) as server:
            warm(site, server, load)
            counted[name] = instructions_by_function(site, server, load)[TOTAL]
    results.figure("before.accounts.instructions_ratio",
                   counted["gateway"] / counted["gateway_before"], "x")
    results.table("User instructions per request", ["server", "instructions"],
                  [[PEERS[n].title, round(counted[n])] for n in NAMES])


def main() -> int:
    exit_on_sigterm()
    parser = bench_parser("before.py", __doc__.split("\n\n")[0], "3 rounds instead of 9")
    parser.add_argument("--before", type=build_folder, required=True, metavar="DIR",
                        help="the build folder of the earlier revision")
    parser.add_argument("--revision", required=True, help="what the earlier one is called")
    options = parser.parse_args()
    allow_many_files()
    rounds, seconds = (3, 1.0) if options.quick else (9, 2.0)
    folder = options.build / "bench/before-run"
    shutil.rmtree(folder, ignore_errors=True)
    results = ResultFile("before", "The gateway beside an earlier one",
                         f"tools/bench-before {options.revision}")
    results.setting(f"{rounds} rounds, {seconds:g} s for each in each; server on CPU {SERVER_CPU}, "
                    f"load on CPU {LOAD_CPU}; 64 connections, {TOKENS} tokens, all answers warm; "
                    f"one event loop each")
    try:
        sites = {"gateway": site_of(options.build, folder / "after", FIRST_PORT),
                 "gateway_before": site_of(options.before, folder / "before", FIRST_PORT + 20)}
        compare_cpu(sites, rounds, seconds, results)
        compare_instructions(sites, results)
    except (RuntimeError, OSError, subprocess.SubprocessError) as failure:
        print(f"before.py: {failure}", file=sys.stderr)
        return 1
    show(results.write())
    return 0


if __name__ == "__main__":
    sys.exit(main())
