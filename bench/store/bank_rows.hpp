// The bank of a database that is made for measuring: server key, one TPP, PSUs and their accounts,
// written through the store's own writer.
#pragma once

#include <cstdint>
#include <string>

#include "crypto/server_key.hpp"
#include "fill_options.hpp"
#include "multipass/store.hpp"

namespace bench {

constexpr std::int64_t first_account_id = 10'000'000'001;
constexpr const char* tpp_username = "bench";

/// The value, or std::runtime_error with the error's message.
template <class T>
T must(multipass::result<T> r) {
  if (!r) throw std::runtime_error(r.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*r);
}

/// PSUs get the ids 1 to o.psus; account number i of PSU p (from 0) has the id
/// first_account_id + p * o.accounts + i.
void add_psus(multipass::store_writer& w, const multipass::server_key& key, const fill_options& o);

/// Adds the TPP, with id 1, and returns its secret.
std::string add_tpp(multipass::store_writer& w, const multipass::server_key& key);

}  // namespace bench
