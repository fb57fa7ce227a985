#include "runtime/runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "runtime/core.h"
#include "runtime/effect_pool.h"
#include "runtime/inbox.h"

namespace lifeboat::runtime {
namespace {

using SteadyClock = std::chrono::steady_clock;

bool streams_from_the_other_region(const model::ObservedRegion& region) {
  return std::ranges::any_of(region.nodes, [](const model::ObservedDatabaseNode& node) {
    return node.role == model::DatabaseRole::cross_region_replica && node.streaming;
  });
}

/// What the active region says of synchronous replication; nothing when it says nothing about this reign.
std::optional<bool> is_synchronous(const Snapshot& seen) {
  const auto& state = seen.state;
  const auto active = seen.regions.find(state.active_region);
  if (!state.setup.synchronous || active == seen.regions.end() || !active->second.reachable) return std::nullopt;
  if (active->second.role != model::RegionRole::active) return std::nullopt;
  return !active->second.synchronous_replica.empty();
}

}  // namespace

class Runtime::Impl {
 public:
  Impl(ports::Provider& provider, ports::Clock& clock, journal::Journal journal, engine::Setup setup,
       RuntimeOptions options)
      : provider_(provider),
        clock_(clock),
        options_(options),
        lease_time_to_live_(setup.lease_time_to_live),
        core_(std::move(setup), std::move(journal)),
        pool_(options.workers) {
    published_.state = core_.state();
    records_ = core_.records();
  }
  ~Impl() { stop(); }

  void start() {
    // The regions are read before the thread that owns the state begins: from then on the state is its alone.
    const std::vector<base::RegionName> regions{core_.state().setup.home, core_.state().setup.standby};
    if (options_.looks_only) {
      refuse(inbox_.close(), "this controller only looks");
    } else {
      decide(regions);
    }
    for (const auto& region : regions) threads_.emplace_back([this, region] { observe(region); });
    threads_.emplace_back([this] { observe_global(); });
  }

  void stop() {
    refuse(inbox_.close(), "the controller is stopping");
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    pool_.stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  std::future<engine::Reply> submit(engine::Command command) {
    std::promise<engine::Reply> promise;
    auto future = promise.get_future();
    auto returned = inbox_.post({engine::CommandGiven{std::move(command)}, std::move(promise)});
    if (returned) {
      returned->reply->set_value(base::fail(base::ErrorCode::controller_unreachable,
                                            options_.looks_only ? "this controller only looks and takes no commands"
                                                                : "the controller has stopped deciding"));
    }
    return future;
  }

  void report_observation() {
    const auto seen = snapshot();
    const auto standby = seen.regions.find(seen.state.standby_region());
    engine::Observation observation;
    observation.standby_streams = standby != seen.regions.end() && streams_from_the_other_region(standby->second);
    observation.synchronous = is_synchronous(seen);
    if (verifier_) observation.readiness = verifier_(seen);
    inbox_.post({std::move(observation), std::nullopt});
  }

  Snapshot snapshot() const {
    const std::lock_guard lock(mutex_);
    return published_;
  }

  std::vector<engine::Record> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

  std::optional<engine::Operation> wait(const base::OperationId& operation, base::Milliseconds limit) const {
    std::unique_lock lock(mutex_);
    std::optional<engine::Operation> found;
    changed_.wait_for(lock, limit, [&] {
      const auto& history = published_.state.history;
      const auto entry = std::ranges::find(history, operation, &engine::Operation::id);
      if (entry != history.end()) found = *entry;
      return found || stopping_ || published_.failure;
    });
    return found;
  }

  Verifier verifier_;
  RecordListener listener_;

 private:
  /// The threads of a controller that decides: one owns the state, others probe and grant.
  void decide(const std::vector<base::RegionName>& regions) {
    const auto leads = provider_.leads();
    if (leads) inbox_.post({*leads, std::nullopt});
    threads_.emplace_back([this] { own_the_state(); });
    if (leads) threads_.emplace_back([this] { keep_seat(); });
    for (const auto& region : regions) {
      threads_.emplace_back([this, region] { probe(region); });
      threads_.emplace_back([this, region] { send_grants(region); });
    }
  }

  // --- the thread that owns the state --------------------------------------------------------------------------------

  void own_the_state() {
    auto next_tick = SteadyClock::now();
    while (!inbox_.closed()) {
      if (SteadyClock::now() >= next_tick) {
        if (!handle({engine::Tick{}, std::nullopt})) return;
        next_tick = SteadyClock::now() + options_.tick_interval;
      }
      // Between two ticks a letter has its turn, also when ticks take longer than they are apart.
      if (auto letter = inbox_.next(next_tick - SteadyClock::now()); letter && !handle(std::move(*letter))) return;
    }
  }

  bool handle(Inbox::Letter letter) {
    auto output = core_.handle({{clock_.now(), clock_.wall_now()}, std::move(letter.body)});
    if (!output) {
      fail(output.error());
      if (letter.reply) letter.reply->set_value(std::unexpected(output.error()));
      return false;
    }
    publish(output->records);
    for (auto& grant : output->grants) post_grant(std::move(grant));
    for (auto& effect : output->effects) carry_out(std::move(effect));
    if (letter.reply) {
      LIFEBOAT_ASSERT(output->reply.has_value(), "every command is answered");
      letter.reply->set_value(std::move(*output->reply));
    }
    return true;
  }

  void publish(const std::vector<engine::Record>& records) {
    // First the listener, so that who waits for an operation finds it in the log when it has ended.
    if (listener_ && !records.empty()) listener_(records);
    const std::lock_guard lock(mutex_);
    published_.state = core_.state();
    records_.insert(records_.end(), records.begin(), records.end());
    if (!records.empty()) changed_.notify_all();
  }

  /// The journal cannot be written, so nothing may be decided any more. The service itself goes on.
  void fail(const base::Error& error) {
    refuse(inbox_.close(), error.message);
    const std::lock_guard lock(mutex_);
    published_.failure = error;
    changed_.notify_all();
  }

  static void refuse(std::deque<Inbox::Letter> letters, const std::string& why) {
    for (auto& letter : letters) {
      if (letter.reply) letter.reply->set_value(base::fail(base::ErrorCode::controller_unreachable, why));
    }
  }

  void carry_out(engine::Effect effect) {
    pool_.run([this, effect = std::move(effect)] {
      const auto deadline = clock_.now() + provider_.time_limit(effect.body);
      auto result = provider_.perform(effect, deadline);
      if (!result && result.error().code == base::ErrorCode::stale_term) return fail(result.error());
      inbox_.post({engine::EffectFinished{effect.id, std::move(result)}, std::nullopt});
    });
  }

  void post_grant(engine::LeaseGrant grant) {
    const std::lock_guard lock(mutex_);
    grants_[grant.region] = std::move(grant);
    changed_.notify_all();
  }

  /// Effects that take long must not keep a lease from being renewed, so that each region's go by a thread of their
  /// own.
  void send_grants(const base::RegionName& region) {
    constexpr base::Milliseconds grant_limit{500};
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return stopping_ || grants_.contains(region); });
      if (stopping_) return;
      const auto grant = std::move(grants_.extract(region).mapped());
      lock.unlock();
      provider_.grant(grant, grant_limit);
      lock.lock();
    }
  }

  // --- the threads that look -----------------------------------------------------------------------------------------

  /// Waits; false when everything stops.
  bool pause_until(SteadyClock::time_point moment) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_until(lock, moment, [this] { return stopping_; });
  }

  void probe(const base::RegionName& region) {
    for (auto at = SteadyClock::now(); pause_until(at);) {
      const auto sent_at = clock_.wall_now();
      auto result = provider_.probe(region, options_.detection_interval);
      if (result.superseded) {
        fail(base::fail(base::ErrorCode::stale_term,
                        fmt::format("{} obeys a controller that started after this one", region.value))
                 .error());
      }
      inbox_.post({engine::Probe{region, result.agent_answered, result.door_answered, std::move(result.detail), sent_at,
                                 result.lease_request, std::move(result.duty), result.heard_of_other, result.obeys},
                   std::nullopt});
      // A slow probe is followed by the next at once, and never by two.
      at = std::max(at + options_.detection_interval, SteadyClock::now());
    }
  }

  void observe(const base::RegionName& region) {
    for (auto at = SteadyClock::now(); pause_until(at);) {
      auto observed = provider_.observe(region);
      {
        const std::lock_guard lock(mutex_);
        published_.regions[region] = std::move(observed);
      }
      at = SteadyClock::now() + options_.observation_interval;
    }
  }

  /// Grants leave only while the seat has confirmed this controller a moment ago (engine/leadership.h).
  void keep_seat() {
    const auto interval = options_.seat_interval.value_or(engine::renewal_interval(lease_time_to_live_));
    for (auto at = SteadyClock::now(); pause_until(at);) {
      const auto seat = provider_.confirm_seat(interval * 2);
      if (!seat) return fail(seat.error());
      if (*seat) inbox_.post({**seat, std::nullopt});
      at = std::max(at + interval, SteadyClock::now());
    }
  }

  void observe_global() {
    for (auto at = SteadyClock::now(); pause_until(at);) {
      auto dns = provider_.observe_dns();
      auto global = provider_.observe_global();
      {
        const std::lock_guard lock(mutex_);
        published_.dns = std::move(dns);
        published_.global = std::move(global);
      }
      report_observation();
      at = SteadyClock::now() + options_.observation_interval;
    }
  }

  ports::Provider& provider_;
  ports::Clock& clock_;
  const RuntimeOptions options_;
  const base::Milliseconds lease_time_to_live_;
  Core core_;  ///< Of own_the_state() alone, once started.
  Inbox inbox_;

  mutable std::mutex mutex_;  ///< Guards what follows.
  mutable std::condition_variable changed_;
  Snapshot published_;
  std::vector<engine::Record> records_;
  std::map<base::RegionName, engine::LeaseGrant> grants_;  ///< The latest that was not sent, by region.
  bool stopping_ = false;

  std::vector<std::thread> threads_;
  EffectPool pool_;  ///< Last: its threads use everything above.
};

Runtime::Runtime(ports::Provider& provider, ports::Clock& clock, journal::Journal journal, engine::Setup setup,
                 RuntimeOptions options)
    : impl_(std::make_unique<Impl>(provider, clock, std::move(journal), std::move(setup), options)) {}

Runtime::~Runtime() = default;

void Runtime::set_verifier(Verifier verifier) {
  impl_->verifier_ = std::move(verifier);
}

void Runtime::on_records(RecordListener listener) {
  impl_->listener_ = std::move(listener);
}

void Runtime::start() {
  impl_->start();
}

void Runtime::stop() {
  impl_->stop();
}

std::future<engine::Reply> Runtime::submit(engine::Command command) {
  return impl_->submit(std::move(command));
}

void Runtime::report_observation() {
  impl_->report_observation();
}

Snapshot Runtime::snapshot() const {
  return impl_->snapshot();
}

std::vector<engine::Record> Runtime::records() const {
  return impl_->records();
}

std::optional<engine::Operation> Runtime::wait(const base::OperationId& operation, base::Milliseconds limit) const {
  return impl_->wait(operation, limit);
}

}  // namespace lifeboat::runtime
