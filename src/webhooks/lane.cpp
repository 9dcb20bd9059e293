#include "webhooks/lane.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <iterator>
#include <random>
#include <utility>

#include "domain/event_json.hpp"
#include "store/audit_acts.hpp"
#include "webhooks/retry_schedule.hpp"
#include "webhooks/signature.hpp"

namespace multipass {
namespace {

constexpr std::size_t most_under_way = 8;
constexpr std::size_t most_given_up = 100;         // at once, so that no other write waits long
constexpr std::chrono::seconds store_pause{1};     // doubled for each write that fails in a row
constexpr std::chrono::seconds shortest_pause{1};  // when the receiver fails
constexpr std::chrono::seconds longest_pause{60};
constexpr std::chrono::seconds longest_sleep{60};  // wall time may jump

std::uint32_t chance() {
  thread_local std::minstd_rand engine{std::random_device{}()};  // spreads retries, no secret
  return static_cast<std::uint32_t>(engine());
}

std::chrono::seconds pause_behind(unsigned failures, std::chrono::seconds shortest) {
  const auto doubled = shortest * (1 << std::min(failures - 1, 6U));
  return std::min(doubled, longest_pause);
}

// Of the TPP's webhook as it is now; empty if there is none.
result<std::string> url_of(store_reader& s, tpp_id tpp) {
  const auto all = s.list_webhooks();
  if (!all) return all.error();
  const auto found = std::ranges::find(*all, tpp, &webhook::tpp);
  return found == all->end() ? std::string{} : found->url;
}

}  // namespace

void webhook_lane::ring() {
  rung_ = true;
  bell_.cancel();
}

void webhook_lane::stop() {
  stopping_ = true;
  ring();
}

std::size_t webhook_lane::room() const {
  const std::size_t first = under_way_.empty() && s_.places.free() > 0 ? 1 : 0;
  if (failures_ > 0 || under_way_.size() >= most_under_way) return first;
  return std::min(most_under_way - under_way_.size(), std::max(first, s_.places.spare()));
}

void webhook_lane::stand_in_line() {
  if (std::exchange(in_line_, true)) return;
  s_.places.wait([weak = weak_from_this()] {
    const auto lane = weak.lock();
    if (!lane) return false;
    lane->in_line_ = false;
    lane->ring();
    return true;
  });
}

bool webhook_lane::may_settle() const {
  return !finished_.empty() && (stopping_ || steady::now() >= settles_at_);
}

// While the store does not take what became of the last deliveries, nothing is sent: it would be
// sent again and again. Between the last look at what rings and the wait for it nothing suspends,
// so no ring is lost.
task<> webhook_lane::run() {
  while (true) {
    if (std::exchange(rung_, false)) empty_ = false;
    if (may_settle()) co_await settle();
    const auto until = finished_.empty() ? pauses_until_ : std::max(pauses_until_, settles_at_);
    const bool pauses = steady::now() < until;
    next_look_ = pauses ? until : steady::time_point::max();
    if (!stopping_ && !pauses && room() > 0) co_await look();
    const bool wants = !stopping_ && !pauses && under_way_.empty() && !empty_;
    if (wants && s_.places.free() == 0) stand_in_line();
    s_.places.call_next();
    if (rung_ || may_settle()) continue;
    if (under_way_.empty() && (stopping_ || empty_)) co_return;
    bell_.expires_at(finished_.empty() ? next_look_ : std::min(next_look_, settles_at_));
    co_await bell_.async_wait(asio::as_tuple(use_task));
  }
}

task<> webhook_lane::look() {
  const auto limit = failures_ > 0 ? most_given_up : most_under_way + under_way_.size();
  auto read = [tpp = tpp_, limit](store_reader& s) { return s.next_deliveries(tpp, limit); };
  const auto next = co_await s_.pool.read(read);
  if (!next) {
    next_look_ = pauses_until_ = steady::now() + store_pause;
    co_return;
  }
  empty_ = next->empty();
  const auto now = s_.wall.now();
  if (failures_ > 0 && give_up(*next, now)) co_return;
  std::vector<event_delivery> due;
  for (const auto& d : *next) {
    if (under_way_.contains(d.what.number)) continue;
    const auto early = d.what.due_at - now;
    // Later than any pause: the clock ran ahead when that was written, and has been put back.
    if (early > std::chrono::seconds{0} && early <= longest_retry_pause) {
      next_look_ = std::min(next_look_,
                            steady::now() + std::min<std::chrono::seconds>(early, longest_sleep));
      continue;
    }
    if (due.size() == room()) break;  // whatever ends next looks again
    due.push_back(d);
  }
  if (!due.empty()) co_await begin(std::move(due));
}

// One attempt at a time would never be through with what piles up behind a receiver that is away.
// While it takes what it is sent, what is late is delivered late.
bool webhook_lane::give_up(const std::vector<event_delivery>& pending, timestamp now) {
  const std::string never_tried = "the webhook failed until webhook-retry-for was over";
  for (const auto& d : pending) {
    const bool over = d.what.pending_since + s_.settings.webhook_retry_for <= now;
    if (!over || !under_way_.insert(d.what.number).second) continue;
    attempt late;
    late.error = d.what.last_error.empty() ? never_tried : d.what.last_error;
    finished_.push_back({d, std::move(late), false});
  }
  return !finished_.empty();
}

// The name is resolved once for all of them, and by no two of a TPP at once. What was not even
// looked up, because others' names are slow, was no attempt.
task<> webhook_lane::begin(std::vector<event_delivery> due) {
  std::vector<std::shared_ptr<delivery_places::place>> places;
  for (const auto& d : due) {
    under_way_.insert(d.what.number);
    places.push_back(std::make_shared<delivery_places::place>(s_.places));
  }
  auto route = co_await s_.routes.find(due.front().to.url);
  const bool unasked =
      !route && (route.error().code == errc::overloaded || route.error().code == errc::unavailable);
  if (stopping_ || unasked) {
    for (const auto& d : due) under_way_.erase(d.what.number);
    if (unasked) next_look_ = pauses_until_ = steady::now() + store_pause;
    co_return;
  }
  if (!route) {
    attempt refused;
    refused.error = route.error().message;
    for (const auto& d : due) finish(d, refused);
    co_return;
  }
  const auto deadline = steady::now() + s_.settings.webhook_timeout;
  const auto shared = std::make_shared<const webhook_route>(std::move(*route));
  for (std::size_t i = 0; i < due.size(); ++i) {
    const auto& d = due[i];
    auto done = [self = shared_from_this(), d, place = std::move(places[i])](
                    std::exception_ptr thrown, attempt a) mutable {
      place.reset();
      if (thrown) a.error = "unexpected failure";
      self->finish(d, std::move(a));
    };
    asio::co_spawn(s_.loop, send(d, shared, deadline), std::move(done));
  }
}

task<attempt> webhook_lane::send(event_delivery d, std::shared_ptr<const webhook_route> route,
                                 steady::time_point deadline) {
  attempt failed;
  const auto context = webhook_seal_context(d.what.tpp_username);
  const auto secret = s_.key.open(d.to.secret, context);
  if (!secret) {
    failed.error = "its secret cannot be opened; set the webhook again with a new one";
    co_return failed;
  }
  const auto now = s_.wall.now();
  std::string former;
  if (!d.to.former_secret.empty() && now < d.to.former_until) {
    former = s_.key.open(d.to.former_secret, context).value_or("");
  }
  webhook_message m;
  m.id = event_id(d.what);
  m.timestamp = std::to_string(now.time_since_epoch().count());
  m.payload = event_payload(d.what);
  m.signature = webhook_signature(m.id, now, m.payload, *secret, former);
  co_return co_await deliver(*route, m, deadline);
}

void webhook_lane::finish(const event_delivery& d, attempt a) {
  finished_.push_back({d, std::move(a), true});
  ring();
}

// What ended together is settled together. A 410 speaks for the URL that answered it alone: where
// the webhook has another by now, the event is due there. If the store fails, only the write is
// tried again.
task<> webhook_lane::settle() {
  auto ended = std::exchange(finished_, {});
  const auto now = s_.wall.now();
  std::vector<delivery_outcome> outcomes;
  bool gone = false, any = false, any_was_sent = false;
  for (const auto& [sent, tried, was_sent] : ended) {
    outcomes.push_back(
        settle_attempt(sent.what, tried, now, s_.settings.webhook_retry_for, chance()));
    gone |= tried.what == attempt::outcome::gone;
    any |= tried.what == attempt::outcome::delivered;
    any_was_sent |= was_sent;
  }
  const std::string& tpp = ended.front().sent.what.tpp_username;
  bool removes = false;
  auto keep = [&](store_writer& s) -> result<void> {
    if (gone) {
      const auto present = url_of(s, tpp_);
      if (!present) return present.error();
      for (std::size_t i = 0; i < ended.size(); ++i) {
        if (ended[i].tried.what != attempt::outcome::gone) continue;
        if (ended[i].sent.to.url == *present) {
          removes = true;
        } else {
          outcomes[i].state = event_state::pending;
          outcomes[i].due_at = now;
        }
      }
    }
    if (auto kept = s.settle_deliveries(outcomes, now); !kept || !removes) return kept;
    return s.remove_webhook(tpp, event_state::dead, {std::string(gateway_actor), now});
  };
  const auto kept = co_await s_.pool.write(keep);
  if (!kept && !stopping_) {
    settles_at_ = steady::now() + pause_behind(++unsettled_, store_pause);
    std::ranges::move(ended, std::back_inserter(finished_));
    co_return;
  }
  for (const auto& f : ended) under_way_.erase(f.sent.what.number);
  if (!kept) co_return;
  unsettled_ = 0;
  settles_at_ = {};
  if (any_was_sent) {
    failures_ = any ? 0 : failures_ + 1;
    if (!any) pauses_until_ = steady::now() + pause_behind(failures_, shortest_pause);
  }
  for (std::size_t i = 0; i < ended.size(); ++i) note(ended[i].sent, outcomes[i]);
  if (removes) s_.log.write(log_level::warning, "webhook_gone", {{"tpp", tpp}});
}

void webhook_lane::note(const event_delivery& d, const delivery_outcome& o) {
  const auto count = [](auto& total) { total.fetch_add(1, std::memory_order_relaxed); };
  const auto write = [&](log_level level, std::string_view event) {
    s_.log.write_some(level, event,
                      {{"tpp", d.what.tpp_username},
                       {"id", event_id(d.what)},
                       {"type", name_of(d.what.type)},
                       {"attempts", std::to_string(d.what.attempts + 1)},
                       {"reason", o.error}});
  };
  if (o.state == event_state::delivered) {
    count(s_.metrics.delivered);
    write(log_level::debug, "webhook_delivered");
  } else if (o.state == event_state::pending) {
    count(s_.metrics.failed);
    write(log_level::info, "webhook_failed");
  } else {
    count(s_.metrics.dead);
    write(log_level::warning, "webhook_dead");
  }
}

}  // namespace multipass
