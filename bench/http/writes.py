"""Reads of known tokens, while consents are asked for, given, used and revoked beside them:
do hits wait behind writes?"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from typing import Iterator

from bank import PSU, REDIRECT_URI
from comparison import LOAD_CPU, PERCENTILES, Comparison, cpu_us, latency, of, ratio_of
from exchange import ADDRESS
from fleet import Fleet
from load_tool import LoadFailed
from rounds import Entry, Samples, measure
from servers import Server

FLOWS = 50  # a second; each authorizes, approves, redeems, reads and revokes: four writes
SHOWN = ("p50", "p99", "p99.9")


@contextmanager
def whole_flows(c: Comparison, server: Server) -> Iterator[None]:
    """Runs consents through the gateway meanwhile."""
    command = ["taskset", "-c", LOAD_CPU, str(c.site.programs.bench("multipass-load")),
               "--to", f"{ADDRESS}:{server.port}", "--rate", str(FLOWS), "--connections", "4",
               "--flow", "whole", "--admin", f"{ADDRESS}:{server.admin_port}",
               "--admin-key-file", f"{server.folder / 'bank.db'}.admin-key",
               "--tpp-file", str(c.site.bank.folder / "tpp"), "--psu", PSU,
               "--redirect-uri", REDIRECT_URI, "--scope", "account.list", "--spin", "0s",
               "--duration", "600s", "--warmup", "0s", "--json", "-", "--quiet"]
    flows = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        ended_early = flows.poll() is not None
        flows.send_signal(signal.SIGINT)  # it reports what it has
        try:
            report, complaint = flows.communicate(timeout=60)
        finally:
            flows.kill()
            flows.wait()
    heard = json.loads(report) if report and not ended_early else {}
    if not heard.get("answered") or heard["unexpected"]:
        raise LoadFailed(f"{' '.join(command)}: {complaint.strip() or report[:400]}")


def run_rounds(c: Comparison, server: Server, rate: float) -> Samples:
    samples: Samples = {"calm": [], "writing": []}
    entry = Entry("gateway", server, c.load(rate=rate))
    for number in range(1, c.rounds + 1):
        for name in c.dice.sample(list(samples), len(samples)):
            with whole_flows(c, server) if name == "writing" else nullcontext():
                samples[name].append(measure(c.site.programs, entry))
        shown = ", ".join(f"{n} {s[-1].latency_us['p99']:.0f}" for n, s in samples.items())
        print(f"writes: round {number} of {c.rounds}: p99 us: {shown}", file=sys.stderr)
    return samples


def reads_beside_writes(c: Comparison, fleet: Fleet, rate: float) -> None:
    """`rate`: of the reads, open loop."""
    samples = run_rounds(c, fleet["gateway"], rate)
    for percentile in PERCENTILES:
        c.figure(f"http.writes.{percentile.replace('.', '')}_vs_calm",
                 ratio_of(samples, "writing", "calm", latency(percentile)), "x")
    c.results.table(f"Account lists at {rate:.0f} requests/s, open loop, with and without writes",
                    ["beside them", *(f"{p} us" for p in SHOWN), "CPU-us/read"],
                    [[label, *(of(samples[n], latency(p)).text(0) for p in SHOWN),
                      of(samples[n], cpu_us).text()]
                     for n, label in (("calm", "nothing"), ("writing", f"{FLOWS} flows/s"))],
                    "A flow: authorize, approve, redeem, read, revoke; each write is answered "
                    "after its fsync. All of the gateway's CPU time is put down to the reads.")
