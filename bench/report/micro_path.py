"""What the programs along the request's path found: digest, authorize, parser, answer."""

from __future__ import annotations

from report.figures import figure_ns, figure_ratio, ns
from report.google_benchmark import Measured
from report.result_file import ResultFile

Row = tuple[str, str]  # what the page calls it, the benchmark's name


def beside_first(results: ResultFile, measured: Measured, title: str, rows: list[Row],
                 text: str = "") -> None:
    """A table in which every row is compared with the first."""
    first = rows[0][1]
    results.table(title, ["", "ns", f"over {rows[0][0]}"],
                  [[label, ns(measured.spread(name)), f"{measured.ratio(name, first).value:.2f}x"]
                   for label, name in rows], text)


def digest(results: ResultFile, measured: Measured) -> None:
    beside_first(results, measured, "SHA-256 of a token (25 characters)", [
        ("the gateway's", "sha256_of_token"),
        ("floor: one block, padded beforehand", "sha256_block"),
        ("EVP, context reused", "evp_reused_context"),
        ("EVP, algorithm fetched once", "evp_fetched_once"),
        ("OpenSSL's SHA256()", "openssl_one_call"),
    ], "Each input depends on the digest before, so each figure is the latency of one call.")
    beside_first(results, measured, "The keyed check that turns away guesses", [
        ("may_be_token() of a guess", "may_be_token/issued:0"),
        ("may_be_token() of a token", "may_be_token/issued:1"),
        ("HMAC-SHA-256, key kept", "hmac_with_kept_key"),
        ("HMAC-SHA-256, key new each time", "hmac_with_new_key"),
        ("floor: one block of SHA-256, of which it takes two", "sha256_block"),
        ("making a token", "make_token"),
    ])
    figure_ns(results, "digest.token_ns", measured.spread("sha256_of_token"))
    figure_ns(results, "digest.may_be_token_ns", measured.spread("may_be_token/issued:0"))
    results.note("SHA-256 of up to 55 bytes is one call of the compression function; HMAC of as "
                 "many is two, once the key's own two are kept. No code can do with fewer.")


def authorize_name(tokens: int, mixed: int, threads: int) -> str:
    plain = f"authorize/tokens:{tokens}/mixed:{mixed}"
    return plain if threads == 1 else f"{plain}/threads:{threads}"


def authorize_row(measured: Measured, tokens: int, mixed: int, threads: int,
                  floor: str) -> list[str]:
    name = authorize_name(tokens, mixed, threads)
    return [f"{tokens:,}", "90 % valid, 5 % expired, 5 % guessed" if mixed else "all valid",
            str(threads), ns(measured.spread(name)), ns(measured.spread(floor)),
            f"{measured.ratio(name, floor).value:.2f}x" if threads == 1 else "-",
            f"{measured.counter(name, 'granted_%'):.1f}"]


def authorize(results: ResultFile, measured: Measured) -> None:
    floor = "hash_and_load/tokens:{}/mixed:0"
    figure_ns(results, "authorize.ns_10k", measured.spread(authorize_name(10000, 0, 1)))
    for name, tokens in (("10k", 10000), ("1m", 1000000)):
        if authorize_name(tokens, 0, 1) in measured.times:
            figure_ratio(results, f"authorize.vs_floor_{name}",
                         measured.ratio(authorize_name(tokens, 0, 1), floor.format(tokens)))
    rows = [authorize_row(measured, tokens, mixed, threads, floor.format(tokens))
            for tokens in (10000, 1000000) for mixed in (0, 1) for threads in (1, 2)
            if authorize_name(tokens, mixed, threads) in measured.times]
    results.table("authorize(header, scope)",
                  ["tokens", "traffic", "threads", "ns a call", "floor: hash and load", "ratio",
                   "granted, %"], rows,
                  "From the value of the `Authorization` header to the decision: scheme and "
                  "characters checked, SHA-256, cache, change clock, end of life, scope. With two "
                  "threads the figure is the time over the calls of both: half would be perfect. "
                  "The floor is the hash, and one line of as much memory as the cache has, picked "
                  "by it.")


def parser(results: ResultFile, measured: Measured) -> None:
    for shape, label, name in (("0", "Four lines, as a plain client sends them", "bare"),
                               ("1", "Fourteen lines, as they come through a balancer", "proxied")):
        beside_first(results, measured, label, [
            ("the gateway's parser", f"parse_multipass/proxied:{shape}"),
            ("Beast's request_parser with fields", f"parse_beast/proxied:{shape}"),
            ("floor: find the line ends", f"find_lines/proxied:{shape}"),
        ])
        figure_ns(results, f"parser.{name}_ns",
                  measured.spread(f"parse_multipass/proxied:{shape}"))
        figure_ratio(results, f"parser.{name}_vs_beast",
                     measured.ratio(f"parse_multipass/proxied:{shape}",
                                    f"parse_beast/proxied:{shape}"))


def answer(results: ResultFile, measured: Measured) -> None:
    size = measured.counter("answer_multipass", "bytes")
    title = f"An account list into the connection's buffer, {size:.0f} bytes"
    beside_first(results, measured, title, [
        ("the gateway's answer", "answer_multipass"),
        ("Beast's message and serializer", "answer_beast"),
        ("floor: copy as many bytes", "copy_answer"),
    ], "Every request.")
    beside_first(results, measured, "JSON of two accounts", [
        ("the gateway's", "json_multipass"),
        ("Boost.JSON: value, then serialize()", "json_boost"),
    ], "Only when an account changed, or on a consent's first request.")
    figure_ns(results, "answer.ns", measured.spread("answer_multipass"))
    figure_ratio(results, "answer.vs_beast", measured.ratio("answer_multipass", "answer_beast"))
