#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "sim/ground.h"
#include "sim/process.h"
#include "sim/recorded_delays.h"

namespace lifeboat::sim {

/// A place on the network. Two controllers are at different places.
enum class Site { controller, second_controller, home, standby, global, clients, count };
inline constexpr auto site_count = static_cast<std::size_t>(Site::count);
std::string_view to_string(Site site);

/// Who calls or is called.
struct Endpoint {
  Site site;
  Process* process;
};

template <class T>
using Answer = std::function<void(base::Result<T>)>;

/// Carries requests and their answers: late, in another order, twice, or not at all.
class Network {
 public:
  explicit Network(Ground& ground) : ground_(ground) {}

  /// From here on messages take what was recorded, not what the settings say.
  void replay(RecordedDelays recorded) { recorded_.emplace(std::move(recorded)); }

  /// Blocks what goes from one place to another; each call adds one reason, which unblock() takes away.
  void block(Site from, Site to) { ++blocked_at(from, to); }
  void unblock(Site from, Site to) { --blocked_at(from, to); }
  void heal();
  bool is_open(Site from, Site to) const { return blocked_.at(index(from, to)) == 0; }
  /// Answers from `site` are lost until healed; requests to it arrive.
  void lose_answers(Site from, bool lost) { answers_lost_.at(static_cast<std::size_t>(from)) = lost; }

  /// A request over a connection of its own. `serve` runs in the callee's process and may answer at any later time;
  /// `done` runs in the caller's exactly once, unless that has ended. Nothing there: region_unreachable, sooner or
  /// later; no answer within `timeout`: wait_expired.
  template <class T>
  void call(const Endpoint& caller, const Endpoint& callee, Time timeout, std::function<void(Answer<T>)> serve,
            Answer<T> done);

 private:
  template <class T>
  struct Call;
  template <class T>
  void watch(const std::shared_ptr<Call<T>>& call, Time left);
  template <class T>
  void arrive(const std::shared_ptr<Call<T>>& call);

  static std::size_t index(Site from, Site to) {
    return static_cast<std::size_t>(from) * site_count + static_cast<std::size_t>(to);
  }
  int& blocked_at(Site from, Site to) { return blocked_.at(index(from, to)); }
  Time delay(Site from, Site to);
  /// `lost` is called at once or later when the message will never arrive.
  void transmit(Site from, Site to, std::function<void()> arrive, std::function<void()> lost);

  Ground& ground_;
  std::array<int, site_count * site_count> blocked_{};
  std::array<bool, site_count> answers_lost_{};
  std::optional<RecordedDelays> recorded_;
};

template <class T>
struct Network::Call {
  Endpoint caller;
  Endpoint callee;
  std::uint64_t caller_generation = 0;
  std::uint64_t callee_generation = 0;  ///< Of the process that the request reached.
  bool arrived = false;
  bool lost = false;
  bool finished = false;
  std::function<void(Answer<T>)> serve;
  Answer<T> done;

  void finish(base::Result<T> result) {
    if (finished) return;
    finished = true;
    serve = nullptr;
    const auto last = std::exchange(done, nullptr);
    last(std::move(result));
  }
};

template <class T>
void Network::call(const Endpoint& caller, const Endpoint& callee, Time timeout, std::function<void(Answer<T>)> serve,
                   Answer<T> done) {
  auto call = std::make_shared<Call<T>>();
  call->caller = caller;
  call->callee = callee;
  call->caller_generation = caller.process->generation();
  call->serve = std::move(serve);
  call->done = std::move(done);
  watch(call, timeout);
  transmit(
      caller.site, callee.site, [this, call] { arrive(call); }, [call] { call->lost = true; });
}

/// The caller's side while it waits: the time limit, and the system's keepalive, which finds a connection whose other
/// end is gone.
template <class T>
void Network::watch(const std::shared_ptr<Call<T>>& call, Time left) {
  constexpr Time keepalive = second;
  const Time pause = std::min(left, keepalive);
  call->caller.process->after(pause, [this, call, left, pause] {
    if (call->finished) return;
    const bool over = left <= pause;
    const bool gone = call->lost || (call->arrived && call->callee.process->generation() != call->callee_generation);
    if (over) return call->finish(base::fail(base::ErrorCode::wait_expired, "no answer within the time limit"));
    if (gone) return call->finish(base::fail(base::ErrorCode::region_unreachable, "the connection is gone"));
    watch(call, left - pause);
  });
}

template <class T>
void Network::arrive(const std::shared_ptr<Call<T>>& call) {
  if (call->finished) return;
  auto& process = *call->callee.process;
  const auto back = [this, call](base::Result<T> result) {
    const auto& [from, to] = std::pair(call->callee.site, call->caller.site);
    auto arrived = [call, result = std::move(result)] {
      call->caller.process->deliver(call->caller_generation, [call, result] { call->finish(result); });
    };
    transmit(from, to, std::move(arrived), [call] { call->lost = true; });
  };
  if (!process.up()) {
    return back(base::fail(base::ErrorCode::region_unreachable, "connection refused"));
  }
  call->arrived = true;
  call->callee_generation = process.generation();
  process.deliver(process.generation(), [this, call, back] {
    // Who gave up meanwhile has closed the connection; what was read before is carried out all the same.
    const auto serve = call->serve;
    if (!serve) return;
    serve([this, call, back](base::Result<T> result) {
      if (answers_lost_.at(static_cast<std::size_t>(call->callee.site))) {
        call->lost = true;
      } else {
        back(std::move(result));
      }
    });
  });
}

}  // namespace lifeboat::sim
