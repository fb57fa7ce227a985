#include "engine/commit_waits.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace lifeboat::engine {
namespace {

/// Somebody who could confirm the writer's commits.
struct Candidate {
  std::string name;
  bool well = false;         ///< Streams, and confirms what it receives.
  bool may_begin = false;    ///< Commits may begin to wait for it.
  bool synchronous = false;  ///< The writer says that commits wait for it.
  base::Lsn position;
};

/// One of the two places whose confirmation commits may wait for: the region's standby, the other region's replica.
struct Place {
  bool asked = false;  ///< The stack file asks for it.
  std::vector<Candidate> candidates;
  std::string required;  ///< For whom commits may be waiting now.
  base::Milliseconds waits_for{};
  base::Milliseconds counts_for{};
  std::string& counted;
  std::optional<base::Lsn>& to_reach;

  const Candidate* find(const std::string& name) const {
    const auto found = std::ranges::find(candidates, name, &Candidate::name);
    return found == candidates.end() ? nullptr : &*found;
  }
};

class CommitWaits {
 public:
  CommitWaits(KeeperMemory& memory, const KeeperPolicy& policy, const KeeperView& view, const KeptNode& writer)
      : memory_(memory), policy_(policy), view_(view), writer_(writer) {}

  std::optional<WaitsChange> run() {
    auto standby = standby_place();
    auto replica = replica_place();
    const Waits wanted{choose(standby), choose(replica)};
    count(standby, wanted.standby);
    count(replica, wanted.replica);
    if (wanted == writer_.required) return std::nullopt;
    return WaitsChange{wanted, sentence(wanted)};
  }

 private:
  Place standby_place() {
    Place place{.asked = policy_.synchronous,
                .candidates = {},
                .required = writer_.required.standby,
                .waits_for = policy_.standby_lost_after,
                .counts_for = policy_.standby_lost_after,
                .counted = memory_.durable.synchronous_standby,
                .to_reach = memory_.position_to_reach};
    for (const auto& node : view_.nodes) {
      if (node.name == writer_.name) continue;
      const bool follows = node.answering && !node.accepts_writes && node.streaming && node.upstream == writer_.name;
      place.candidates.push_back({node.name, follows, follows && !node.busy, node.synchronous, node.position});
    }
    note_losses(place);
    return place;
  }

  Place replica_place() {
    Place place{.asked = policy_.synchronous_across,
                .candidates = {},
                .required = writer_.required.replica,
                .waits_for = policy_.other_region_lost_after,
                .counts_for = policy_.other_region_counts_for,
                .counted = memory_.durable.synchronous_replica,
                .to_reach = memory_.replica_position_to_reach};
    std::erase_if(memory_.confirmed, [this](const auto& entry) {
      return std::ranges::find(writer_.replicas, entry.first, &KeptReplica::name) == writer_.replicas.end();
    });
    for (const auto& replica : writer_.replicas) {
      const bool well = confirms(replica);
      place.candidates.push_back({replica.name, well, well, replica.synchronous, replica.position});
    }
    note_losses(place);
    return place;
  }

  /// The writer lists a replica for seconds after it hangs or its region is cut off. What tells is whether it confirms:
  /// it has everything, or more than a moment ago.
  bool confirms(const KeptReplica& replica) {
    const auto before = std::exchange(memory_.confirmed[replica.name], replica.position);
    return replica.position >= writer_.position || replica.position > before;
  }

  void note_losses(const Place& place) {
    for (const auto& candidate : place.candidates) {
      if (candidate.well) {
        memory_.lost_since.erase(candidate.name);
      } else {
        memory_.lost_since.try_emplace(candidate.name, view_.now);
      }
    }
    const bool gone = !place.required.empty() && place.find(place.required) == nullptr;
    if (gone) memory_.lost_since.try_emplace(place.required, view_.now);
  }

  base::Instant::duration lost_for(const std::string& name) const {
    const auto since = memory_.lost_since.find(name);
    return since == memory_.lost_since.end() ? base::Instant::duration{} : view_.now - since->second;
  }

  /// For whom commits should wait: for whom they do, unless it has been lost for too long; else for whoever streams.
  std::string choose(const Place& place) const {
    if (!place.asked) return "";
    const auto* chosen = place.find(place.required);
    if (chosen != nullptr && chosen->well) return place.required;
    const auto other = std::ranges::find_if(place.candidates, &Candidate::may_begin);
    const bool replaceable = other != place.candidates.end();
    // Nobody is better off waiting for one that is gone while another could be waited for.
    const bool gone = replaceable && chosen == nullptr;
    const auto patience = replaceable ? place.counts_for : place.waits_for;
    if (!place.required.empty() && !gone && lost_for(place.required) < patience) return place.required;
    return replaceable ? other->name : "";
  }

  void count(Place& place, const std::string& wanted) {
    const bool holds = place.counted == place.required && place.counted == wanted;
    if (!holds || lost_for(place.counted) >= place.counts_for) place.counted.clear();
    if (!place.counted.empty()) return;
    const auto* chosen = place.find(wanted);
    const bool waits = chosen != nullptr && chosen->well && chosen->synchronous && wanted == place.required;
    if (!waits || !writer_.settings_in_force) return place.to_reach.reset();
    // Writes acknowledged before commits waited for it may not have reached it yet.
    if (!place.to_reach) place.to_reach = writer_.position;
    if (chosen->position < *place.to_reach) return;
    place.counted = wanted;
    place.to_reach.reset();
  }

  std::string sentence(const Waits& wanted) const {
    std::string text = begun(wanted);
    const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : " ") + more; };
    const auto& name = writer_.name;
    if (wanted.standby.empty() && !writer_.required.standby.empty()) {
      add(wanted.replica.empty()
              ? fmt::format("{} has no standby any more: its commits wait for nobody, a loss of {} would lose writes.",
                            name, name)
              : fmt::format("{} has no standby any more: its commits wait for {} only.", name, wanted.replica));
    }
    if (wanted.replica.empty() && !writer_.required.replica.empty()) {
      add(fmt::format(
          "{} confirms nothing any more: commits of {} do not wait for the other region now, a loss of this "
          "region would lose writes.",
          writer_.required.replica, name));
    }
    return text;
  }

  std::string begun(const Waits& wanted) const {
    std::vector<std::string> names;
    if (!wanted.standby.empty() && wanted.standby != writer_.required.standby) names.push_back(wanted.standby);
    if (!wanted.replica.empty() && wanted.replica != writer_.required.replica) names.push_back(wanted.replica);
    if (names.empty()) return "";
    if (names.size() == 1) {
      return fmt::format("{} streams; from now on every commit of {} waits for it.", names[0], writer_.name);
    }
    return fmt::format("{} and {} stream; from now on every commit of {} waits for both.", names[0], names[1],
                       writer_.name);
  }

  KeeperMemory& memory_;
  const KeeperPolicy& policy_;
  const KeeperView& view_;
  const KeptNode& writer_;
};

}  // namespace

std::optional<WaitsChange> keep_waits(KeeperMemory& memory, const KeeperPolicy& policy, const KeeperView& view,
                                      const KeptNode& writer) {
  return CommitWaits(memory, policy, view, writer).run();
}

}  // namespace lifeboat::engine
