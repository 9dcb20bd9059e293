// Events as TPPs read them, the same in a webhook and in a poll. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "multipass/event.hpp"

namespace multipass {

/// "username-17": stable over retries, replays and polls, so that a TPP knows an event again.
std::string event_id(const event& e);

/// "consent.revoked".
std::string_view name_of(event_type type) noexcept;

/// What a webhook is sent (Standard Webhooks, "Payload structure"):
/// {"type":"consent.revoked","timestamp":"2026-11-27T22:58:05Z","data":{...}}.
std::string event_payload(const event& e);

/// An item of a poll: the same members behind "id".
void append_polled_event(std::string& out, const event& e);

}  // namespace multipass
