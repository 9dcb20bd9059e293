"""A million tokens, valid, expired and unknown: when neither the tokens nor the answers fit into
the CPU's caches."""

from __future__ import annotations

from dataclasses import replace

from bank import stock
from comparison import SERVER_CPU, Comparison
from fleet import running, store_reads

NAMES = ("gateway", "work", "floor", "nginx", "lua", "lua_sha256")
TOKENS = 1_000_000
EXPIRED = 50_000
MIX = "valid=90,expired=5,unknown=5"
PICKS = {"uniform": "uniform", "zipf": "zipf:0.99"}
# Room for all of them: with eight slots for each, three tokens in ten thousand find their set of
# four full (with two slots it would be four in a hundred).
SETTINGS = ("--token-cache-entries", str(8 * 2**20), "--account-view-entries", str(2 * 2**20))


def many_tokens(c: Comparison) -> None:
    bank = stock(c.site.programs, c.site.folder / "bank-1m", TOKENS, EXPIRED, c.site.take_ports(2))
    site = replace(c.site, bank=bank, folder=c.site.folder / "1m", gateway_settings=SETTINGS)
    here = replace(c, site=site)
    load = here.load(tokens={"valid": bank.valid, "expired": bank.expired}, mix=MIX)
    with running(site, NAMES, 1, SERVER_CPU, load) as (fleet, _):
        for name, pick in PICKS.items():
            before = store_reads(fleet["gateway"])
            samples = here.run(f"1M tokens, {name}", fleet, NAMES, replace(load, pick=pick))
            reads = store_reads(fleet["gateway"]) - before
            answered = sum(s.answered for s in samples["gateway"])
            here.server_table(
                f"A million tokens, {pick}, mix {MIX}", samples,
                f"Gateway with {' '.join(SETTINGS)}; it asked the store {reads / answered:.5f} "
                f"times per request. nginx without Lua and the canned floor answer 200 to all.")
            here.ratio_figures(f"http.tokens1m.{name}", samples)
            here.results.figure(f"http.tokens1m.{name}.store_reads_per_request", reads / answered,
                                "reads")
