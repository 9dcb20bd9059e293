// The sandbox's sample data: the specification's own, with credentials that are public.
#pragma once

#include "crypto/server_key.hpp"
#include "multipass/error.hpp"
#include "store/store_pool.hpp"

namespace multipass {

inline constexpr std::string_view sandbox_admin_key = "sandbox-admin-key";
inline constexpr std::string_view sandbox_introspection_key = "sandbox-introspection-key";

/// Keeps a sandbox and a bank's data apart: errc::bad_configuration when a bank's database is
/// opened with --sandbox or a sandbox's without.
result<void> check_sandbox_mark(store_pool& pool, bool sandbox);

/// Adds what is not there yet; what is there stays as it is. Blocks.
result<void> fill_sandbox(store_pool& pool, const server_key& key, timestamp now);

}  // namespace multipass
