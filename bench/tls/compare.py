#!/usr/bin/env python3
"""Runs the TLS comparison: the gateway beside nginx, both ending TLS 1.3 with one certificate.

tools/bench tls calls it. Writes the results file "tls"; prints the figures. The load tool is wrk,
because multipass-load speaks plain HTTP only; so there is one hot token, and what is told is CPU
time per request at saturation.
"""

from __future__ import annotations

import random
import re
import shutil
import ssl
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BENCH), str(BENCH / "http")]

from bank import ACCOUNTS, call, parameter  # noqa: E402
from cpu_time import cpu_time  # noqa: E402
from exchange import Answer, read_answer, request  # noqa: E402
from peers import quoted_for_nginx  # noqa: E402
from programs import Programs, installed, versions  # noqa: E402
from report.options import bench_parser  # noqa: E402
from report.process import exit_on_sigterm  # noqa: E402
from report.result_file import ResultFile  # noqa: E402
from report.spread import ratio, spread  # noqa: E402
from servers import ADDRESS, Server  # noqa: E402

SERVER_CPU, LOAD_CPU = "0", "1"
CONNECTIONS = 64
ADMIN_KEY = "sandbox-admin-key"
NO_LIMITS = tuple(word for kind in ("tpp", "address") for word in
                  (f"--{kind}-rate", "1000000", f"--{kind}-burst", "1000000"))
TITLES = {"gateway": "gateway, token checked", "nginx": "nginx, return 200"}


@dataclass(frozen=True)
class Sample:
    cpu_us: float  # per answered request
    rate: float  # answers/s


@dataclass(frozen=True)
class Stage:
    """Where servers are started, and what both of them are given."""

    programs: Programs
    folder: Path
    port: int  # and the two above

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    def gateway(self, *settings: str) -> Server:
        command = [str(self.programs.gateway), "serve", "--sandbox", "--threads", "1",
                   "--database", str(self.folder / "bank.db"), "--listen",
                   f"{ADDRESS}:{self.port}", "--admin-listen", f"{ADDRESS}:{self.port + 1}",
                   *NO_LIMITS, *settings]
        return Server("gateway", command, self.port, self.folder / "gateway", SERVER_CPU)

    def nginx(self, answer: Answer) -> Server:
        folder, port = self.folder / "nginx", self.port + 2
        folder.mkdir(parents=True)
        values = {"PORT": str(port), "CERTIFICATE": str(self.certificate), "KEY": str(self.key),
                  "REQUEST_ID": answer.fields()["X-Request-ID"],
                  "BODY": quoted_for_nginx(answer.body)}
        template = (Path(__file__).resolve().parent / "nginx.conf").read_text()
        (folder / "nginx.conf").write_text(
            re.sub(r"@([A-Z_]+)@", lambda m: values.get(m[1], m[0]), template))
        command = [installed("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"),
                   "-e", "error.log"]
        return Server("nginx", command, port, folder, SERVER_CPU)


def make_certificate(stage: Stage) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-keyout", str(stage.key), "-out", str(stage.certificate)],
                   check=True, capture_output=True)
    stage.key.chmod(0o600)


def issue_token(stage: Stage) -> str:
    """Over plain HTTP, from a gateway on the database that the measured one will have."""
    with stage.gateway() as server:
        asked = call(server.port, "/api/tpp/authorize?username=username&secret=sandbox-secret"
                                  "&scope=account.list&redirect_uri=http://127.0.0.1:9090/callback")
        handle = parameter(asked["redirectUrl"], "x-request-id")
        back = call(server.port + 1, f"/admin/authorizations/{handle}/approve", ADMIN_KEY,
                    b'{"psu":"john"}')["redirectUri"]
        redeemed = call(server.port, f"/api/client/token?accessCode={parameter(back, 'accessCode')}"
                                     f"&clientId={parameter(back, 'clientId')}")
        return redeemed["accessToken"]


def ask(port: int, token: str) -> tuple[Answer, str]:
    """The answer over TLS, and the suite that was agreed on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((ADDRESS, port), timeout=30) as plain:
        with context.wrap_socket(plain) as secured:
            secured.sendall(request(ACCOUNTS, token))
            answer, _ = read_answer(secured, b"")
            suite = secured.cipher()
            assert suite is not None
            return answer, suite[0]


def check_alike(answers: dict[str, tuple[Answer, str]]) -> None:
    """Both must do the same work, but for the token."""
    (ours, our_suite), (theirs, their_suite) = answers.values()
    if ours.status != 200 or (ours.status, ours.body) != (theirs.status, theirs.body):
        raise RuntimeError(f"the servers answer differently: {ours.whole!r}, {theirs.whole!r}")
    if our_suite != their_suite or not our_suite.startswith("TLS_"):
        raise RuntimeError(f"expected one suite of TLS 1.3, got {our_suite} and {their_suite}")


def measure(server: Server, script: Path, seconds: float) -> Sample:
    server.check_alive()
    before = cpu_time(server.pid)
    said = subprocess.run(["taskset", "-c", LOAD_CPU, installed("wrk"), "-t1", f"-c{CONNECTIONS}",
                           f"-d{seconds:g}s", "-s", str(script),
                           f"https://{ADDRESS}:{server.port}{ACCOUNTS}"],
                          check=True, capture_output=True, text=True).stdout
    time.sleep(0.05)  # the server is still closing connections when wrk has ended
    used = cpu_time(server.pid).since(before)
    done = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec: +([\d.]+)", said)
    if done is None or rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{server.name}: {said}")
    return Sample(used.seconds * 1e6 / int(done[1]), float(rate[1]))


def write_results(options: object, samples: dict[str, list[Sample]], suite: str) -> Path:
    results = ResultFile("tls", "TLS: the gateway beside nginx", "tools/bench tls")
    results.versions.update({"nginx": versions()["nginx"], "OpenSSL": ssl.OPENSSL_VERSION})
    results.setting(f"{options.rounds} rounds, {options.seconds:g} s for each server in each, order "
                    f"shuffled; server pinned to CPU {SERVER_CPU}, wrk to CPU {LOAD_CPU}")
    results.setting(f"{suite}, one ECDSA P-256 certificate, {CONNECTIONS} keep-alive connections, "
                    f"their handshakes included")
    cpu = {name: [s.cpu_us for s in rows] for name, rows in samples.items()}
    over = ratio(cpu["gateway"], cpu["nginx"])
    results.figure("tls.accounts.cpu_vs_nginx", over.value, "x", over.low, over.high)
    own = spread(cpu["gateway"])
    results.figure("tls.accounts.cpu_us", own.value, "us", own.low, own.high)
    rows = [[TITLES[name], spread(cpu[name]).text(), ratio(cpu["gateway"], cpu[name]).text(),
             round(spread([s.rate for s in samples[name]]).value)] for name in samples]
    results.table("Account list over TLS, 64 connections",
                  ["server", "CPU-us/request", "gateway / this", "requests/s"], rows)
    print(f"tls.accounts.cpu_vs_nginx {over.text()} x; CPU-us/request: " +
          ", ".join(f"{name} {spread(cpu[name]).text()}" for name in samples))
    return results.write()


def run(options: object) -> None:
    folder = (options.build / "bench" / "tls-run").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stage = Stage(Programs(options.build), folder, options.first_port)
    make_certificate(stage)
    token = issue_token(stage)
    script = folder / "request.lua"
    script.write_text(f'wrk.method = "POST"\nwrk.headers["Authorization"] = "Bearer {token}"\n')
    with stage.gateway("--tls-certificate", str(stage.certificate), "--tls-key",
                       str(stage.key)) as gateway:
        canned = ask(gateway.port, token)[0]
        with stage.nginx(canned) as nginx:
            answers = {s.name: ask(s.port, token) for s in (gateway, nginx)}
            check_alike(answers)
            samples: dict[str, list[Sample]] = {"gateway": [], "nginx": []}
            for number in range(1, options.rounds + 1):
                for server in random.sample([gateway, nginx], 2):
                    samples[server.name].append(measure(server, script, options.seconds))
                shown = ", ".join(f"{n} {s[-1].cpu_us:.2f}" for n, s in samples.items())
                print(f"round {number} of {options.rounds}: CPU-us/request: {shown}",
                      file=sys.stderr)
    print(f"written: {write_results(options, samples, answers['gateway'][1])}")


def main() -> int:
    exit_on_sigterm()
    parser = bench_parser("compare.py", __doc__.split("\n\n")[0], "fewer rounds")
    parser.add_argument("--rounds", type=int, help="default 9, quick 5")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each server in each round")
    parser.add_argument("--first-port", type=int, default=22200, help="3 ports from here are used")
    options = parser.parse_args()
    options.rounds = options.rounds or (5 if options.quick else 9)
    try:
        run(options)
    except (RuntimeError, OSError, subprocess.SubprocessError) as failure:
        print(f"compare.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
