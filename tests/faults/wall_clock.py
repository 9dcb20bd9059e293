#!/usr/bin/env python3
"""The wall clock jumps: what expires does so by it, and no time-out does."""

import time

from harness.case import Case, check, run, say, wait_until
from harness.client import Connection, request
from harness.faults import Faults
from harness.server import Server

DAY = 86_400
SETTINGS = ("--token-ttl", "1h", "--code-ttl", "60s", "--header-timeout", "3s",
            "--idle-timeout", "1h")
HEADER_TIMEOUT = 3.0  # s
SLACK = 5.0  # s, of a busy machine
IDLE_SHARE = 0.20  # of one processor
HEALTH = request("GET", "/healthz")


def half_sent(server: Server) -> tuple[Connection, float]:
    """A request that has begun, and when."""
    connection = Connection(server.public)
    connection.call(HEALTH)
    connection.socket.sendall(HEALTH[:20])
    return connection, time.monotonic()


def check_timeout(connection: Connection, begun: float) -> float:
    check(connection.read().status == 408, "408 for a header that does not come")
    took = time.monotonic() - begun
    check(HEADER_TIMEOUT * 0.95 < took < HEADER_TIMEOUT + SLACK,
          f"the time-out after {HEADER_TIMEOUT} s, not {took:.2f}")
    return took


def jump(server: Server, faults: Faults, seconds: int) -> float:
    """Turns the clock while connections wait; returns the time-out that one of them met."""
    with Connection(server.public) as idle:
        idle.call(HEALTH)
        waiting, begun = half_sent(server)
        date = idle.call(HEALTH).headers["date"]
        faults.turn_clock(seconds)
        wait_until(lambda: idle.call(HEALTH).headers["date"][:16] != date[:16], 5,
                   "the Date field to follow the clock")
        before, watched = server.processor_seconds(), time.monotonic()
        took = check_timeout(waiting, begun)
        share = (server.processor_seconds() - before) / (time.monotonic() - watched)
        check(share < IDLE_SHARE, f"no busy loop after the jump, not {share:.0%}")
        check(idle.call(HEALTH).status == 200, "an idle connection to stay open")
        waiting.close()
    return took


def clock_jumps(case: Case) -> None:
    """A day forward and back: tokens and codes expire at their time, time-outs stay the same."""
    faults = Faults(case.shim, case.folder)
    with Server(case.program, case.folder / "bank.db", *SETTINGS,
                environment=faults.environment) as server, server.client() as client:
        token = client.token()
        check(client.accounts(token).status == 200, "a token to be good")
        name, handle = client.authorize()
        code = client.approve(handle)
        forward = jump(server, faults, DAY)
        check(client.accounts(token).status == 401, "the token to have expired")
        check(client.redeem(code, name).status == 404, "the code to have expired")
        later = client.token()
        check(client.accounts(later).status == 200, "a new token to be good")
        check(client.ready() == 200, "/readyz 200 after the jump")

        back = jump(server, faults, 0)
        check(client.accounts(token).status == 200, "a token to be good before its time has come")
        check(client.accounts(later).status == 200, "a token that was issued later to be good")
        check(client.accounts(client.token()).status == 200, "a new token to be good")
        check(client.revoke(token).status == 200, "a revocation to be taken")
        jump(server, faults, -DAY)
        check(client.accounts(token).status == 401, "a revoked token to stay revoked")
        check(client.accounts(client.token()).status == 200, "a new token to be good")
        check(server.stop() == 0, "exit status 0")
    say(f"  a time-out of {HEADER_TIMEOUT} s came after {forward:.2f} s with a day forward in it, after"
        f" {back:.2f} s with a day back")


run(__doc__, clock_jumps)
