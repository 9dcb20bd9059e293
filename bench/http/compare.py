#!/usr/bin/env python3
"""Runs the HTTP comparison: the gateway beside the raw floor, nginx, nginx + Lua, Beast, HAProxy.

tools/bench http calls it. Writes the results file "http"; prints the figures. What is measured and
how is said in the modules: closed_loops, open_loop, writes, flood, many_tokens, counts.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCH))

import closed_loops
import counts
import flood
import many_tokens
import open_loop
import programs
import writes
from bank import stock
from compare_options import read_options
from comparison import LOAD_CPU, SERVER_CPU, Comparison, of, rate
from exchange import Answer
from fleet import Fleet, running
from peers import Site
from report.process import exit_on_sigterm
from report.result_file import ResultFile, show
from servers import allow_many_files

TOKENS = 50_000  # distinct; their answers fit into the gateway's default memory
EXPIRED = 1_000


def prepare(options: argparse.Namespace) -> Comparison:
    if (os.cpu_count() or 1) < 2:
        raise programs.Missing("this machine has one CPU; server and load need one each")
    allow_many_files()
    found = programs.Programs(options.build)
    programs.check_all(found)
    shutil.rmtree(options.folder, ignore_errors=True)
    bank = stock(found, options.folder / "bank", TOKENS, EXPIRED, options.first_port)
    site = Site(found, bank, options.folder, options.first_port + 2)
    command = "tools/bench --quick" if options.quick else "tools/bench http"
    results = ResultFile("http", "The gateway beside its peers", command)
    results.versions.update(programs.versions())
    results.setting(f"{options.rounds} rounds, {options.seconds:g} s for each server in each, "
                    f"order shuffled with seed {options.seed}")
    results.setting(f"server pinned to CPU {SERVER_CPU}, load tool to CPU {LOAD_CPU}; gateway with "
                    f"default settings but --threads 1")
    results.setting(f"{TOKENS} distinct valid tokens, each as likely as the next; all answers warm")
    results.setting("CPU time: the kernel's clock of each process and its children, in ns; user "
                    "and system by the kernel's timer samples; opening connections included but "
                    "where said otherwise")
    return Comparison(site, results, options.rounds, options.seconds, random.Random(options.seed),
                      options.quick)


def run_fleet_parts(c: Comparison, parts: tuple[str, ...], fleet: Fleet,
                    answers: dict[str, Answer]) -> None:
    """The parts that share one set of single-threaded servers."""
    closed_loops.answer_sizes(c, answers)
    if "noise" in parts:
        closed_loops.noise(c, fleet)
    saturated = None
    if "accounts" in parts:
        saturated = closed_loops.accounts(c, fleet, tuple(fleet))
    if "pipelined" in parts:
        closed_loops.pipelined(c, fleet)
    if "connections" in parts:
        closed_loops.connections(c, fleet)
    if {"latency", "writes"} & set(parts):
        saturated = saturated or c.run("saturation", fleet, ("nginx",), c.load())
        half = of(saturated["nginx"], rate).value / 2
        if "latency" in parts:
            open_loop.latency_at_half_load(c, fleet, half)
        if "writes" in parts:
            writes.reads_beside_writes(c, fleet, half)
    if "flood" in parts:
        flood.flood(c, fleet)


def run(options: argparse.Namespace) -> None:
    c = prepare(options)
    print(f"seed {options.seed}", file=sys.stderr)
    if set(options.parts) - {"threads2", "tokens", "counts"}:
        names = closed_loops.HEADLINE if options.quick else closed_loops.ALL
        with running(c.site, names, 1, SERVER_CPU, c.load()) as (fleet, answers):
            run_fleet_parts(c, options.parts, fleet, answers)
    if "threads2" in options.parts:
        closed_loops.two_threads(c)
    if "tokens" in options.parts:
        many_tokens.many_tokens(c)
    if "counts" in options.parts:
        counts.counts(c)
    show(c.results.write())


def main() -> int:
    exit_on_sigterm()
    options = read_options(__doc__.split("\n\n")[0])
    try:
        run(options)
    except KeyboardInterrupt:
        return 130
    except (RuntimeError, OSError, subprocess.SubprocessError) as failure:
        print(f"compare.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
