#!/usr/bin/env python3
"""Runs the gateway beside the gateway of an earlier revision: what did the changes between cost?

Both run as sandboxes, each with a database of its own, which the other may be too old or too new to
read. tools/bench-before calls it. Writes the results file "before"; prints the figures.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

BENCH = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCH))

from bank import REDIRECT_URI, call, limits_of, parameter
from callgrind import TOTAL, wrapper
from comparison import LOAD_CPU, SERVER_CPU, cpu_ratio, cpu_us, of
from counts import instructions_by_function
from load_tool import Load, run_load
from peers import PEERS
from programs import Programs
from report.options import bench_parser, build_folder
from report.process import exit_on_sigterm
from report.result_file import ResultFile, show
from rounds import Entry, run_rounds
from servers import Server, allow_many_files

TOKENS = 200
NAMES = ("gateway", "gateway_again", "gateway_before")
FIRST_PORT = 23_000
WARMING = 0.5  # seconds


def sandbox(program: Path, name: str, port: int, folder: Path, around: tuple[str, ...] = ()) -> Server:
    shutil.rmtree(folder, ignore_errors=True)
    command = [*around, str(program), "serve", "--sandbox", "--database", str(folder / "bank.db"),
               "--listen", f"127.0.0.1:{port}", "--admin-listen", f"127.0.0.1:{port + 1}",
               "--threads", "1", *limits_of(program)]
    return Server(name, command, port, folder, SERVER_CPU, admin_port=port + 1)


def token(server: Server) -> str:
    """By the way that every token goes."""
    asked = call(server.port, "/api/tpp/authorize?username=username&secret=sandbox-secret"
                              f"&scope=account.list&redirect_uri={quote(REDIRECT_URI, safe='')}")
    handle = parameter(asked["redirectUrl"], "x-request-id")
    back = call(server.admin_port, f"/admin/authorizations/{handle}/approve", "sandbox-admin-key",
                json.dumps({"psu": "john"}).encode())["redirectUri"]
    return call(server.port, f"/api/client/token?accessCode={parameter(back, 'accessCode')}"
                             f"&clientId={parameter(back, 'clientId')}")["accessToken"]


def warm_load(programs: Programs, server: Server, seconds: float, cpus: str | None) -> Load:
    file = server.folder / "valid.tokens"
    file.write_text("".join(f"{token(server)}\n" for _ in range(TOKENS)))
    load = Load(tokens={"valid": file}, seconds=seconds, cpus=cpus)
    run_load(programs.bench("multipass-load"), server.port,
             Load(tokens={"valid": file}, seconds=WARMING, cpus=cpus, pick="sequential"))
    return load


def compare_cpu(programs: Programs, gateways: dict[str, Path], folder: Path, rounds: int,
                seconds: float, results: ResultFile) -> None:
    with ExitStack() as stack:
        entries = []
        for i, (name, program) in enumerate(gateways.items()):
            server = stack.enter_context(sandbox(program, name, FIRST_PORT + 2 * i, folder / name))
            entries.append(Entry(name, server, warm_load(programs, server, seconds, LOAD_CPU)))
        samples = run_rounds(programs, "before and after", entries, rounds, random.Random(1))
    for figure, over, under in (("cpu_ratio", "gateway", "gateway_before"),
                                ("noise", "gateway_again", "gateway")):
        ratio = cpu_ratio(samples, over, under)
        results.figure(f"before.accounts.{figure}", ratio.value, "x", ratio.low, ratio.high)
    results.table("CPU-us per request", ["server", "us"],
                  [[PEERS[n].title, of(samples[n], cpu_us).text()] for n in gateways])


def compare_instructions(programs: Programs, gateways: dict[str, Path], folder: Path,
                         results: ResultFile) -> None:
    counted = {}
    for name in ("gateway", "gateway_before"):
        place = folder / f"{name}-callgrind"
        with sandbox(gateways[name], name, FIRST_PORT + 10, place, wrapper(place)) as server:
            load = warm_load(programs, server, WARMING, None)
            counted[name] = instructions_by_function(programs, place, server, load)[TOTAL]
    results.figure("before.accounts.instructions_ratio",
                   counted["gateway"] / counted["gateway_before"], "x")
    results.table("User instructions per request", ["server", "instructions"],
                  [[PEERS[n].title, round(count)] for n, count in counted.items()])


def main() -> int:
    exit_on_sigterm()
    parser = bench_parser("before.py", __doc__.split("\n\n")[0], "3 rounds instead of 9")
    parser.add_argument("--before", type=build_folder, required=True, metavar="DIR",
                        help="the build folder of the earlier revision")
    parser.add_argument("--revision", required=True, help="what the earlier one is called")
    options = parser.parse_args()
    allow_many_files()
    rounds, seconds = (3, 1.0) if options.quick else (9, 2.0)
    programs = Programs(options.build)
    gateways = dict(zip(NAMES, (programs.gateway, programs.gateway,
                                Programs(options.before).gateway)))
    folder = options.build / "bench/before-run"
    results = ResultFile("before", "The gateway beside an earlier one",
                         f"tools/bench-before {options.revision}")
    results.setting(f"{rounds} rounds, {seconds:g} s for each in each; server on CPU {SERVER_CPU}, "
                    f"load on CPU {LOAD_CPU}; 64 connections, {TOKENS} tokens, all answers warm; "
                    f"one event loop each, rates counted where there are any")
    try:
        compare_cpu(programs, gateways, folder, rounds, seconds, results)
        compare_instructions(programs, gateways, folder, results)
    except (RuntimeError, OSError, subprocess.SubprocessError) as failure:
        print(f"before.py: {failure}", file=sys.stderr)
        return 1
    show(results.write())
    return 0


if __name__ == "__main__":
    sys.exit(main())
