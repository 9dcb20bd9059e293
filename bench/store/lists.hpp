// The lists that lie beside a database: what its tokens and codes are in clear.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "crypto/server_key.hpp"
#include "fill_options.hpp"
#include "multipass/digest.hpp"

namespace bench {

struct code_row {
  multipass::digest code;
  std::int64_t client_number;
};

/// Makes o.tokens or o.expired tokens and returns their digests. The texts go into a file in the
/// order in which they are made, so that neighbours there are not neighbours in the tree of
/// digests.
std::vector<multipass::digest> make_tokens(const multipass::server_key& key, const fill_options& o,
                                           bool expired);

/// Codes of clients whose numbers follow those of all tokens.
std::vector<code_row> make_codes(const fill_options& o);

/// What the TPP authenticates itself with.
void write_credentials(const fill_options& o, const std::string& secret);

}  // namespace bench
