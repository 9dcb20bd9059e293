#!/usr/bin/env python3
"""Descriptors or memory run out: accepting pauses, what is connected goes on, and new peers are
served as soon as there are some again."""

import resource
import socket
import time

from harness.case import Case, check, run, say, wait_until
from harness.client import Client, Connection, request
from harness.hits import Hits
from harness.server import Server

RECOVERY_LIMIT = 1.0  # s
IDLE_SHARE = 0.20  # of one processor, while nothing can be accepted
WATCHED = 3.0  # s
PEERS = 600  # together they want more memory than the allocator has in reserve
FAILURES = 'multipass_http_accept_failures_total{listener="public"}'
HEALTH = request("GET", "/healthz")
# Hits are no load here: the processor time measured beside them is the listener's.
GENTLE_PAUSE = 0.05  # s


def serve_new_peer(server: Server) -> None:
    with Connection(server.public) as connection:
        check(connection.call(HEALTH).status == 200, "200 for a new peer")


def is_served(server: Server) -> bool:
    try:
        with Connection(server.public, timeout=RECOVERY_LIMIT) as connection:
            return connection.call(HEALTH).status == 200
    except OSError:
        return False


def out_of_descriptors(case: Case) -> None:
    """Peers wait while no descriptor is left, and are served within 1 s of some coming back."""
    with Server(case.program, case.folder / "bank.db") as server, server.client() as client, \
            Hits(server, client, pause=GENTLE_PAUSE):
        soft, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        spare = 20
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE,
                         (server.descriptors() + spare, hard))
        peers = [Connection(server.public) for _ in range(5 * spare)]
        waiting = peers[-1]
        waiting.socket.sendall(HEALTH)
        wait_until(lambda: client.metric(FAILURES) > 0, 10, "accept() to fail")
        before, begun = server.processor_seconds(), time.monotonic()
        time.sleep(WATCHED)
        share = (server.processor_seconds() - before) / (time.monotonic() - begun)
        check(share < IDLE_SHARE, f"less than {IDLE_SHARE:.0%} of a processor, not {share:.0%}")
        for connection in peers[:10]:
            check(connection.call(HEALTH).status == 200, "200 for who is connected")
        begun = time.monotonic()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (soft, hard))
        check(waiting.read().status == 200, "200 for who has waited")
        took = time.monotonic() - begun
        check(took < RECOVERY_LIMIT, f"an answer within {RECOVERY_LIMIT} s, not {took:.2f}")
        serve_new_peer(server)
        for connection in peers:
            connection.close()

        # The other way to get some back: peers leave.
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (server.descriptors() + spare, hard))
        peers = [Connection(server.public) for _ in range(5 * spare)]
        for connection in peers:
            connection.close()
        freed = wait_until(lambda: is_served(server), RECOVERY_LIMIT, "a new peer to be served")
    say(f"  {share:.0%} of a processor meanwhile; who waited was served {took * 1000:.0f} ms after"
        f" the limit was raised, a new peer {freed * 1000:.0f} ms after others had left")


def out_of_memory(case: Case) -> None:
    """Peers wait while no memory is left for them, and are served when there is again."""
    # The allocator would else have tens of MiB of address space in reserve for each thread.
    for arenas in ("1", "8"):
        with Server(case.program, case.folder / "bank.db", "--max-header", "256KiB",
                    environment={"MALLOC_ARENA_MAX": arenas}) as server, \
                server.client() as client, Hits(server, client, pause=GENTLE_PAUSE):
            for room in (0, 1 << 20, 8 << 20):
                use_up_memory(server, client, room)


def use_up_memory(server: Server, client: Client, room: int) -> None:
    """All but `room` bytes of address space."""
    before = client.metric(FAILURES)
    hard = resource.prlimit(server.pid, resource.RLIMIT_AS)[1]
    resource.prlimit(server.pid, resource.RLIMIT_AS, (server.address_space() + room, hard))
    peers = crowd(server)
    turned_away = sum(is_closed(peer) for peer in peers)
    check(server.running(), f"the server to live on: {server.log_text()[-200:]}")
    begun = time.monotonic()
    resource.prlimit(server.pid, resource.RLIMIT_AS, (hard, hard))
    for peer in peers:
        peer.close()
    wait_until(lambda: is_served(server), RECOVERY_LIMIT, "a new peer to be served")
    took = time.monotonic() - begun
    check(client.metric(FAILURES) > before, "accepting to have paused")
    wait_until(lambda: client.metric('multipass_http_connections{listener="public"}') <= 4, 10,
               "those that have gone not to be counted any more")
    say(f"  {turned_away} of {len(peers)} turned away, others waited; a new one served"
        f" {took * 1000:.0f} ms after the limit was raised")


def crowd(server: Server) -> list[socket.socket]:
    """Each has sent half a request, so that it holds memory."""
    peers = []
    for _ in range(PEERS):
        peer = socket.create_connection(server.public, 10)
        try:
            peer.sendall(HEALTH[:10])
        except OSError:
            pass  # turned away already
        peers.append(peer)
    return peers


def is_closed(peer: socket.socket) -> bool:
    peer.setblocking(False)
    try:
        return peer.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


run(__doc__, out_of_descriptors, out_of_memory)
