#!/usr/bin/env python3
"""SIGTERM under load, behind HAProxy: not one request of a client fails."""

import socket
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from harness.case import Case, check, run, say, wait_until
from harness.client import CALLBACK, Address, Connection, request
from harness.server import Server

ROUNDS = 50
CLIENTS = 4
PAUSE = 0.002  # s between requests: enough to be under way at any moment, and no flood
SETTINGS = ("--shutdown-delay", "300ms", "--shutdown-grace", "5s", "--log-level", "error")
STOP_LIMIT = 0.3 + 5.0 + 2.0  # s: delay, grace, and a machine that is busy

# Two gateways, each with a database of its own: the requests are such that any sandbox answers them
# alike. Checked more often than the delay is long, so that the balancer knows before the door shuts.
BALANCER = """
global
  stats socket {folder}/haproxy.sock level admin
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout check 5s
  option redispatch
  retries 3
frontend public
  bind {bind}
  default_backend gateways
backend gateways
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 50ms fall 1 rise 1
  server a {a} port {a_check}
  server b {b} port {b_check}
"""

# A request that the store has to write down, and one that it need not see.
REQUESTS = (
    (200, request("POST", "/api/tpp/authorize?username=username&secret=sandbox-secret"
                  f"&scope=account.list&redirect_uri={CALLBACK}")),
    (401, request("POST", "/api/tpp/accounts")),
)


def free_address(taken: list[socket.socket]) -> Address:
    """Nobody else is given it while the socket in `taken` is open; the server may bind it."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    taken.append(held)
    return held.getsockname()


class Balancer:
    def __init__(self, folder: Path, bind: Address, gateways: dict[str, tuple[Address, Address]]):
        self.socket_path = str(folder / "haproxy.sock")
        names = {name: "%s:%d" % public for name, (public, _) in gateways.items()}
        checks = {name + "_check": private[1] for name, (_, private) in gateways.items()}
        path = folder / "haproxy.cfg"
        path.write_text(BALANCER.format(folder=folder, bind="%s:%d" % bind, **names, **checks))
        self.process = subprocess.Popen(["haproxy", "-db", "-q", "-f", path])

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def state(self, gateway: str) -> str:
        """"UP" or "DOWN", as the balancer has it."""
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(self.socket_path)
            except OSError:
                return "STARTING"
            s.sendall(b"show stat\n")
            text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
        for line in text.splitlines():
            fields = line.split(",")
            if fields[:2] == ["gateways", gateway]:
                return fields[17]
        return "UNKNOWN"


class Traffic:
    """Clients with keep-alive connections to the balancer, and what went wrong for them."""

    def __init__(self, address: Address):
        self.address = address
        self.ending, self.answered, self.failed = False, 0, []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending = True
        for thread in self.threads:
            thread.join()

    def _ask(self) -> None:
        connection, turn = Connection(self.address), 0
        while not self.ending:
            expected, wire = REQUESTS[turn % len(REQUESTS)]
            turn += 1
            try:
                time.sleep(PAUSE)
                status = connection.call(wire).status
                if status == expected:
                    with self.lock:
                        self.answered += 1
                    continue
                self.failed.append(status)
            except OSError as e:
                self.failed.append(repr(e))
            connection.close()
            connection = Connection(self.address)
        connection.close()


def is_refused(address: Address) -> bool:
    try:
        socket.create_connection(address, 5).close()
        return False
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it was in the queue as that closed
        return True


def stop_while_watched(server: Server) -> float:
    """SIGTERM; returns the seconds until the end."""
    with server.client() as client:
        check(client.ready() == 200, "/readyz 200 before the signal")
        begun = time.monotonic()
        server.terminate()
        wait_until(lambda: client.ready() == 503, 5, "/readyz 503 after the signal")
        check(not is_refused(server.public), "a door still open when /readyz first says 503")
    wait_until(lambda: is_refused(server.public), STOP_LIMIT, "no new connection")
    check(server.process.wait(timeout=STOP_LIMIT) == 0, "exit status 0")
    took = time.monotonic() - begun
    check(took < STOP_LIMIT, f"the end within {STOP_LIMIT} s, not {took:.1f}")
    return took


def sigterm_behind_a_balancer(case: Case) -> None:
    """Two gateways are stopped and started in turn; clients behind HAProxy notice nothing."""
    rounds, taken, slowest = case.rounds or ROUNDS, [], 0.0
    bind = free_address(taken)
    addresses = {name: (free_address(taken), free_address(taken)) for name in ("a", "b")}

    def start(name: str) -> Server:
        public, private = addresses[name]
        return Server(case.program, case.folder / f"{name}.db", *SETTINGS, public=public,
                      private=private)

    with ExitStack() as stack:
        servers = {name: stack.enter_context(start(name)) for name in addresses}
        balancer = stack.enter_context(Balancer(case.folder, bind, addresses))

        def wait_for(name: str) -> None:
            wait_until(lambda: balancer.state(name).startswith("UP"), 20,
                       f"the balancer to find {name} well")

        for name in servers:
            wait_for(name)
        with Traffic(bind) as traffic:
            for number in range(rounds):
                name = "ab"[number % 2]
                before = traffic.answered
                slowest = max(slowest, stop_while_watched(servers[name]))
                check(traffic.answered > before, "requests to be answered meanwhile")
                servers[name] = stack.enter_context(start(name))
                wait_for(name)
        check(not traffic.failed, f"no failed request, not {traffic.failed[:5]}")
    say(f"  {rounds} stops, each with exit status 0 within {slowest:.2f} s;"
        f" {traffic.answered} requests, none failed")


run(__doc__, sigterm_behind_a_balancer)
