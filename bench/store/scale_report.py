"""Figures, tables and plots of the result file "scale"."""

from __future__ import annotations

from report.figures import figure_ratio
from report.number import number_text, spread_text
from report.result_file import ResultFile
from report.spread import Spread, ratio, spread

from growth import Growth
from purge_stall import LIVE, SERVER_CPU, WINDOW, PurgeStall

# store_costs' name, what it is, unit
COSTS = (("hit_ns", "hit in the token cache", "ns"), ("miss_ns", "found in the store", "ns"),
         ("issue_us", "issued, 64 at once", "us"),
         ("issue_cpu_us", "of that, CPU time of all threads", "us"),
         ("purge_us_per_row", "purged, per row", "us"))
FIGURES = {"hit_ns": "hit", "miss_ns": "miss", "issue_us": "issue", "issue_cpu_us": "issue_cpu",
           "purge_us_per_row": "purge"}
PERCENTILES = ("p50", "p99", "p99.9")


def short(tokens: int) -> str:
    """1k, 10m: as in the names of figures."""
    return f"{tokens // 1_000_000}m" if tokens >= 1_000_000 else f"{tokens // 1000}k"


def text(s: Spread) -> str:
    return spread_text(s.value, s.low, s.high, "")


def describe_growth(results: ResultFile, growth: Growth) -> None:
    sizes = list(growth.costs)
    spreads = {name: {n: spread(growth.costs[n][name]) for n in sizes} for name, _, _ in COSTS}
    for name, _, unit in COSTS:
        for n, found in spreads[name].items():
            results.figure(f"scale.{FIGURES[name]}_{short(n)}_{unit}", found.value, unit,
                           found.low, found.high)
    results.table("Cost of one, as tokens grow",
                  ["", "unit", *(f"{n:,} tokens" for n in sizes)],
                  [[label, unit, *(text(spreads[name][n]) for n in sizes)]
                   for name, label, unit in COSTS],
                  "In one process, without HTTP; medians of five rounds and their spread. A hit "
                  "waits for the one before it, in a table of the default size, or of room for "
                  "twice the tokens if that is larger. An issued token is answered after its "
                  "fsync. The database lies in the page cache of the system.")
    plot_growth(results, spreads)
    describe_starts(results, growth)
    describe_memory(results, growth)


def plot_growth(results: ResultFile, spreads: dict[str, dict[int, Spread]]) -> None:
    shown = {"hit_ns": ("hit", 1.0), "miss_ns": ("miss", 1.0), "issue_us": ("issue", 1e3),
             "purge_us_per_row": ("purge, per row", 1e3)}
    results.plot({"name": "scale-cost", "title": "Cost of one, as tokens grow", "kind": "line",
                  "x": {"label": "tokens", "log": True}, "y": {"label": "ns", "log": True},
                  "series": [{"name": title, "points": [[n, s.value * factor]
                                                        for n, s in spreads[name].items()]}
                             for name, (title, factor) in shown.items()]})


def describe_starts(results: ResultFile, growth: Growth) -> None:
    rows = []
    for n, seconds in growth.starts.items():
        found = spread(seconds)
        results.figure(f"start.seconds_{short(n)}", found.value, "s", found.low, found.high)
        rows.append([f"{n:,}", text(found)])
    results.table("From exec to /readyz 200", ["tokens in the database", "s"], rows,
                  "Default settings. Nothing is read at the start: tokens come into the cache when "
                  "they are first presented.")


def describe_memory(results: ResultFile, growth: Growth) -> None:
    if growth.bytes_per_token is None:
        return
    results.figure("cache.bytes_per_token", growth.bytes_per_token, "bytes")
    results.note(f"Memory per cached token: {number_text(growth.bytes_per_token)} bytes. It is the "
                 f"difference in resident memory of two gateways that answered for "
                 f"{growth.cached_tokens:,} tokens, one with {growth.cache_slots:,} slots, one "
                 f"with 1,024: 64 bytes a slot, allocated at the start and bounded by the setting "
                 f"token-cache-entries, over a load factor of "
                 f"{growth.cached_tokens / growth.cache_slots:.2f}.")


def describe_purge(results: ResultFile, stall: PurgeStall) -> None:
    rounds = min(len(stall.without), len(stall.during))
    results.setting(f"purge: server on CPU {SERVER_CPU} with all its threads, {stall.rate:,.0f} "
                    f"hits a second (open loop, Poisson), windows of {WINDOW:.0f} s")
    for p in ("p99", "p99.9"):
        found = ratio([w[p] for w in stall.during[:rounds]], [w[p] for w in stall.without[:rounds]])
        figure_ratio(results, f"store.purge.{p.replace('.', '')}_ratio", found)
    rows = [[label, str(len(windows)), *(text(spread([w[p] for w in windows]))
                                         for p in PERCENTILES)]
            for label, windows in (("without", stall.without), ("during the purge", stall.during))]
    results.table("Latency of hits over HTTP, microseconds", ["", "windows", *PERCENTILES], rows,
                  f"{stall.rows:,} rows to purge, half of them tokens and half codes, beside "
                  f"{LIVE:,} live tokens; the gateway removed "
                  f"{number_text(stall.rows_per_second)} rows a second. The same gateway in the "
                  f"minute before its first purge, and during it.")
