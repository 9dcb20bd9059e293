// The text of --help.
#include "load/options.hpp"

namespace multipass::load {

std::string usage_text() {
  return R"(Usage: multipass-load --to HOST:PORT (--rate R | --closed) [options]
Puts a server under load over many connections with many tokens, and reports how long its answers
took.

  --rate, the open loop, answers "how long do clients wait at this load?". Requests are due at times
  that were fixed before the run. Latency counts from the intended time, so a server that stalls pays
  for every request that came due meanwhile, also for those that no connection was free to send.
  --closed answers "how much can it do?": each connection sends its next request when the last one is
  answered. It slows down with the server, so its latencies flatter a server that stalls.

Examples
  A sandbox (`multipass serve --sandbox`) asked 1000 times a second with tokens it never issued,
  which it refuses with 401:
    multipass-load --to 127.0.0.1:8080 --rate 1000 --mix unknown
  Real traffic: Poisson arrivals, a few tokens hot, one in ten expired or made up:
    multipass-load --to 127.0.0.1:8080 --rate 20k --schedule poisson --duration 60s \
      --tokens valid=valid.tokens --tokens expired=expired.tokens \
      --mix valid=90,expired=5,unknown=5 --pick zipf --plot latency.svg --json result.json
  How much it can do, from CPU 1, pipelined 16 deep:
    multipass-load --to 127.0.0.1:8080 --closed --depth 16 --cpus 1 --tokens valid=valid.tokens
  Whole consents, from the request to the revocation, 50 a second:
    multipass-load --to 127.0.0.1:8080 --rate 50 --flow whole --admin 127.0.0.1:8081 \
      --admin-key-file bank.db.admin-key --tpp-file tpp --psu anna

Where to, and how
  --to HOST:PORT          the server; plain HTTP/1.1
  --connections 64        kept open, 1 to 20000; opened again when the server closes them
  --depth 1               outstanding requests per connection, 1 to 1024 (pipelining)
  --threads 1             the connections are divided among them
  --cpus LIST             thread i runs on the i-th CPU of the list, such as 1,3
  --timeout 10s           without an answer for so long, a request is lost
  --spin 50us             poll instead of sleeping so long before a request is due; 0s spares the CPU

When
  --rate R                open loop, requests (or flows) a second in all: 500, 50k, 0.5
  --schedule constant     or poisson: gaps as of independent clients
  --closed                closed loop: as many requests as it takes
  --duration 10s          what is measured
  --warmup 1s             before that, sent but not counted
  --drain (as --timeout)  after the end, wait so long for what is still due
  --rate-cap 1M           --rate above it is refused; a closed loop goes no faster
  --duration-cap 1h       --duration with --warmup above it is refused

What
  --request accounts      accounts, account, balance, authorize, token, revoke; with weights:
                          accounts=90,balance=10
  --tokens KIND=FILE      one token on each line; KIND is your word: valid, expired, blocked, ...
                          Repeatable. Behind a blank, a line may name an account of that token.
                          revoke=FILE has the tokens of --request revoke, each used once.
  --mix valid             kinds with weights: valid=90,expired=5,unknown=5. Tokens of the kind unknown
                          are made at random unless they have a file.
  --pick uniform          which token of its file: uniform, zipf, zipf:THETA (0.99), sequential
  --account ID            of account and balance; without it, the one behind each token
  --expect NAME=STATUS    of a kind or request: the status that is right. Without it 200 for valid and
                          for requests without a token, 401 for every other kind. Repeatable.
  --codes FILE            for --request token: a code, a blank and its client id on each line, used once
  --flow issue            redeem --codes, the same as --request token
  --flow whole            authorize, approve, token, accounts, revoke; each step when the one before
                          it is answered. --rate counts flows.
  --admin HOST:PORT       private listener, for approving
  --admin-key-file FILE   its key
  --tpp-file FILE         client id and secret of the TPP, for authorize
  --psu john              whose accounts
  --scope LIST, --redirect-uri URI   what authorize asks for and where it sends the browser back to
  --seed N                the same requests at the same times again; without it, drawn and printed

Results
  --json FILE             "-": to standard output, in place of the text
  --csv FILE              distribution of latencies
  --plot FILE             latency by percentile, SVG
  --quiet                 no line each second on standard error
  --allow-errors          exit code 0 whatever the answers were
  --help, --version

Exit code: 0 when every answer was as expected and none is missing, 1 when not or when the run could
not begin, 2 for wrong usage. An interrupted run (Ctrl-C) reports what it has.
)";
}

}  // namespace multipass::load
