"""Does a server answer as it should? Asked before anything is timed."""

from __future__ import annotations

from bank import ACCOUNTS, Bank
from exchange import Answer, exchange, request
from peers import PEERS
from servers import Server

PIPELINED = 16
UNKNOWN_TOKEN = "x" * 25
FIELDS = ("Content-Type", "Cache-Control", "X-Request-ID", "Date", "Content-Length")


class WrongAnswer(RuntimeError):
    """A server's answer is not what is to be compared."""


def expect(server: Server, what: str, expected: object, got: object) -> None:
    if got != expected:
        raise WrongAnswer(f"{server.name}: {what}: expected {expected!r}, got {got!r}")


def check_answer(server: Server, bank: Bank, answer: Answer) -> None:
    expect(server, "status", 200, answer.status)
    expect(server, "body", bank.answer.body, answer.body)
    expected, got = bank.answer.fields(), {k.lower(): v for k, v in answer.fields().items()}
    for name in FIELDS:
        if name.lower() not in got:
            raise WrongAnswer(f"{server.name}: the field {name} is missing")
        if name not in ("X-Request-ID", "Date"):
            expect(server, name, expected[name], got[name.lower()])


def verify(server: Server, bank: Bank) -> Answer:
    """The server's answer to a valid token; raises WrongAnswer."""
    asked = request(ACCOUNTS, bank.first_token())
    answers = exchange(server.port, *[asked] * PIPELINED)
    for answer in answers:
        check_answer(server, bank, answer)
    if PEERS[server.name].checks_tokens:
        for token, refusals in ((UNKNOWN_TOKEN, (401,)), (bank.narrow_token, (401, 403))):
            refused, = exchange(server.port, request(ACCOUNTS, token))
            if refused.status not in refusals:
                raise WrongAnswer(f"{server.name}: expected a refusal {refusals}, "
                                  f"got {refused.status}")
    return answers[0]


def extra_fields(answer: Answer) -> str:
    """Fields that the gateway does not send."""
    return ", ".join(f"{k}: {v}" for k, v in answer.fields().items()
                     if k.lower() not in [f.lower() for f in FIELDS])
