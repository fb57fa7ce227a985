#include "engine/region_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/commit_waits.h"

namespace lifeboat::engine {
namespace {

/// What is decided about a node is given this long to show before the next decision about it.
constexpr base::Milliseconds settle{1000};
constexpr base::Milliseconds settle_rebuild{3000};

class Keeper {
 public:
  Keeper(const KeeperMemory& memory, const KeeperPolicy& policy, const KeeperView& view)
      : policy_(policy), view_(view) {
    step_.memory = memory;
  }

  KeeperStep run() {
    if (view_.fenced || view_.role == model::RegionRole::none) {
      memory().lost_since.clear();
      if (view_.fenced) remark(fmt::format("Epoch {} is fenced here: no database node is started.", view_.epoch.value));
    } else if (view_.role == model::RegionRole::active) {
      keep_active();
    } else {
      keep_standby();
    }
    return std::move(step_);
  }

 private:
  KeeperMemory& memory() { return step_.memory; }
  KeeperMemory::Durable& durable() { return step_.memory.durable; }

  const KeptNode* node(const std::string& name) const {
    const auto found = std::ranges::find(view_.nodes, name, &KeptNode::name);
    return found == view_.nodes.end() ? nullptr : &*found;
  }

  void remark(std::string sentence) { step_.remarks.push_back(std::move(sentence)); }

  /// True while an earlier decision about the node is still at work or has had no time to show.
  bool unsettled(const KeptNode& node) const {
    const auto wait = step_.memory.not_before.find(node.name);
    return node.busy || (wait != step_.memory.not_before.end() && view_.now < wait->second);
  }

  void decide(const KeptNode& about, KeeperAction action, std::string sentence, base::Milliseconds wait = settle) {
    if (unsettled(about)) return;
    memory().not_before[about.name] = view_.now + wait;
    step_.decisions.push_back({std::move(action), std::move(sentence)});
  }

  /// For how long the node has not been as it should be; remembers when that began.
  base::Instant::duration lost_for(const KeptNode& node) {
    return view_.now - memory().lost_since.try_emplace(node.name, view_.now).first->second;
  }
  void is_well(const KeptNode& node) { memory().lost_since.erase(node.name); }

  // --- the active region ---------------------------------------------------------------------------------------------

  void keep_active() {
    adopt_writer();
    const auto* writer = node(durable().writer);
    if (writer == nullptr) return remark("No database node accepts writes.");
    if (writer->answering && writer->accepts_writes) {
      is_well(*writer);
      for (const auto& other : view_.nodes) {
        if (&other != writer) care_for_standby(other, *writer);
      }
      if (auto change = keep_waits(memory(), policy_, view_, *writer)) {
        decide(*writer, RequireWaits{writer->name, std::move(change->waits)}, std::move(change->sentence));
      }
    } else if (!writer->busy) {
      replace_writer(*writer);
    }
  }

  /// Recognises the writer that is there: after a promotion by the controller, or at the very beginning.
  void adopt_writer() {
    const auto* known = node(durable().writer);
    if (known != nullptr && known->answering && known->accepts_writes) return;
    const KeptNode* best = nullptr;
    for (const auto& candidate : view_.nodes) {
      if (!candidate.answering || !candidate.accepts_writes) continue;
      if (best == nullptr || candidate.timeline > best->timeline) best = &candidate;
    }
    // The writer that is known and down has the later data, unless another one is on a newer timeline.
    if (best == nullptr) return;
    durable() = {best->name, "", ""};
    forget_positions();
  }

  void forget_positions() {
    memory().position_to_reach.reset();
    memory().replica_position_to_reach.reset();
  }

  void replace_writer(const KeptNode& writer) {
    const auto lost = lost_for(writer);
    if (writer.answering) return finish_promotion(writer);
    const auto* standby = node(durable().synchronous_standby);
    const bool usable = standby != nullptr && standby->answering && !standby->accepts_writes && !standby->busy;
    if (usable && is_most_advanced(*standby)) {
      if (lost >= policy_.writer_lost_after) promote(*standby, writer);
      return;
    }
    if (!writer.running && writer.installed) {
      decide(
          writer, StartNode{writer.name},
          fmt::format("Starting {} again: it is the writer, and no standby is known to have every acknowledged write.",
                      writer.name));
    } else {
      remark(fmt::format("{} does not answer, and no standby is known to have every acknowledged write.", writer.name));
    }
    // Its standby waits for nobody, so that it is there when the writer is lost again.
    if (standby != nullptr && !standby->running && standby->standby_on_disk) start_standby(*standby);
  }

  /// The chosen writer still is a standby: its promotion was decided and did not come through.
  void finish_promotion(const KeptNode& chosen) {
    for (const auto& other : view_.nodes) {
      if (other.name == chosen.name) continue;
      decide(chosen, PromoteNode{chosen.name, other.name, ""},
             fmt::format("Promoting {}: it was chosen before and is not the writer yet.", chosen.name));
      return;
    }
  }

  bool is_most_advanced(const KeptNode& standby) const {
    return std::ranges::none_of(view_.nodes, [&standby](const KeptNode& other) {
      return other.answering && !other.accepts_writes && other.position > standby.position;
    });
  }

  void promote(const KeptNode& standby, const KeptNode& lost) {
    if (unsettled(standby)) return;
    decide(standby, PromoteNode{standby.name, lost.name, durable().synchronous_replica},
           fmt::format("The writer {} is lost; promoting {}, the synchronous standby, at {}.", lost.name, standby.name,
                       base::to_string(standby.position)));
    // Durable before the promotion: were it forgotten, the old writer could be started without the new one's writes.
    durable() = {standby.name, "", ""};
    forget_positions();
  }

  void start_standby(const KeptNode& standby) {
    decide(standby, StartNode{standby.name}, fmt::format("Starting the standby {} again.", standby.name));
  }

  void rebuild(const KeptNode& node, const std::string& upstream, std::string_view why) {
    decide(node, RebuildNode{node.name, upstream},
           fmt::format("Rebuilding {} as a standby of {}: {}.", node.name,
                       upstream.empty() ? "the other region's writer" : upstream, why),
           settle_rebuild);
  }

  /// One node that should follow `upstream`, a healthy node of this region.
  void care_for_standby(const KeptNode& standby, const KeptNode& upstream) {
    if (standby.answering && !standby.accepts_writes && standby.streaming && standby.upstream == upstream.name) {
      return is_well(standby);
    }
    const auto lost = lost_for(standby);
    if (!standby.installed) return rebuild(standby, upstream.name, "it has no data");
    if (!standby.running && standby.standby_on_disk) return start_standby(standby);
    if (!standby.running) return rebuild(standby, upstream.name, "it was the writer before");
    if (standby.answering && standby.accepts_writes) {
      return rebuild(standby, upstream.name, "a region has one writer only");
    }
    if (standby.answering && standby.upstream != upstream.name) {
      return decide(standby, FollowNode{standby.name, upstream.name},
                    fmt::format("{} follows {} from now on.", standby.name, upstream.name));
    }
    if (lost >= policy_.rebuild_after) rebuild(standby, upstream.name, "it runs and does not stream");
  }

  // --- the standby region --------------------------------------------------------------------------------------------

  void keep_standby() {
    durable() = {};
    for (const auto& node : view_.nodes) {
      if (node.accepts_writes) remark(fmt::format("{} accepts writes in a standby region: reprotect it.", node.name));
    }
    if (const auto* lead = leading_replica()) {
      keep_followers(*lead);
    } else {
      replace_lead();
    }
  }

  static bool is_replica(const KeptNode& node) { return node.answering && !node.accepts_writes; }

  /// The replica that follows the other region; of several the one that streams, then the most advanced.
  const KeptNode* leading_replica() const {
    const KeptNode* lead = nullptr;
    for (const auto& node : view_.nodes) {
      if (!is_replica(node) || !node.upstream.empty()) continue;
      if (lead == nullptr || std::pair(node.streaming, node.position) > std::pair(lead->streaming, lead->position)) {
        lead = &node;
      }
    }
    return lead;
  }

  void keep_followers(const KeptNode& lead) {
    is_well(lead);
    for (const auto& other : view_.nodes) {
      if (other.name == lead.name) continue;
      // What was a writer may hold writes nobody else has; reprotect exports them before anything is rewound.
      const bool may_hold_writes =
          other.accepts_writes || (other.installed && !other.running && !other.standby_on_disk);
      if (may_hold_writes) {
        remark(fmt::format("{} was a writer: 'lifeboat reprotect' exports its writes and rebuilds it.", other.name));
      } else if (lead.streaming || other.installed) {
        care_for_standby(other, lead);
      }
    }
  }

  void replace_lead() {
    for (const auto& down : view_.nodes) {
      if (!down.running && down.standby_on_disk) start_standby(down);
    }
    const KeptNode* heir = nullptr;
    for (const auto& node : view_.nodes) {
      if (is_replica(node) && !node.streaming && (heir == nullptr || node.position > heir->position)) heir = &node;
    }
    if (heir == nullptr || lost_for(*heir) < policy_.replica_lost_after) return;
    decide(*heir, FollowNode{heir->name, ""},
           fmt::format("The cross-region replica is lost; {} follows the other region's writer in its place.",
                       heir->name));
  }

  const KeeperPolicy& policy_;
  const KeeperView& view_;
  KeeperStep step_;
};

}  // namespace

KeeperStep keep(const KeeperMemory& memory, const KeeperPolicy& policy, const KeeperView& view) {
  return Keeper(memory, policy, view).run();
}

}  // namespace lifeboat::engine
