#!/usr/bin/env python3
"""kill -9 in the middle of issuing and revoking, again and again on one database."""

import random
import threading
import time

from harness.case import Case, check, run, say
from harness.promises import Promises, check_tables
from harness.server import Server

ROUNDS = 100
CLIENTS = 4
WHOLE_CHECK_EVERY = 10  # rounds; in between the tokens of the last round are checked


def issue_and_revoke(server: Server, told: Promises, seed: int) -> None:
    """Until the server is gone."""
    chance = random.Random(seed)
    try:
        with server.client() as client:
            while True:
                told.issue_and_perhaps_revoke(client, chance)
    except OSError:
        pass


def crash(server: Server, told: Promises, chance: random.Random) -> None:
    threads = [threading.Thread(target=issue_and_revoke,
                                args=(server, told, chance.getrandbits(32)))
               for _ in range(CLIENTS)]
    enough = told.count + 1 + chance.randrange(40)
    for thread in threads:
        thread.start()
    while told.count < enough and any(thread.is_alive() for thread in threads):
        time.sleep(chance.random() / 1000)  # so that the kill may come at any point of a request
    server.kill()
    for thread in threads:
        thread.join()
    check(told.count >= enough, "the clients to be served until the kill")


def kill_9(case: Case) -> None:
    """What was acknowledged holds after every kill -9; no consent is half-written."""
    rounds, seed = case.rounds or ROUNDS, random.getrandbits(32)
    say(f"  seed {seed}")
    chance, told, database = random.Random(seed), Promises(), case.folder / "bank.db"
    for number in range(rounds + 1):
        with Server(case.program, database, "--log-level", "error") as server:
            check_tables(database)
            told.check(server, number % WHOLE_CHECK_EVERY == 0 or number == rounds)
            if number < rounds:
                crash(server, told, chance)
            else:
                check(server.stop() == 0, "exit status 0 of the last server")
    check(told.live and told.revoked, "tokens that were issued, and some that were revoked")
    say(f"  {rounds} kills: {told}")


run(__doc__, kill_9)
