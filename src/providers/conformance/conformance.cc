#include "providers/conformance/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "model/assets.h"
#include "plan/plan.h"

namespace lifeboat::conformance {
namespace {

using base::Epoch;
using base::ErrorCode;
using engine::EffectBody;
using engine::Outcome;
using model::RegionRole;
using model::TrafficMode;

class Suite {
 public:
  explicit Suite(const Subject& subject)
      : subject_(subject), home_(subject.stack.home.name), standby_(subject.stack.standby.name) {}

  std::vector<std::string> run() {
    observes_what_is_not_there();
    build();
    serves();
    refuses_old_epochs();
    holds_and_releases();
    drills();
    switches_over_and_back_out();
    survives_a_loss();
    reprotects();
    return std::move(problems_);
  }

 private:
  void expect(bool holds, std::string sentence) {
    if (!holds) problems_.push_back(std::move(sentence));
  }

  /// What the engine does beside such an effect: without a lease the region's databases do not commit.
  void grant_lease(const EffectBody& body) {
    const auto holder = std::visit(
        []<class Body>(const Body& effect) -> std::pair<base::RegionName, Epoch> {
          constexpr bool opens = std::is_same_v<Body, engine::Promote> || std::is_same_v<Body, engine::ReopenWriter>;
          if constexpr (std::is_same_v<Body, engine::AssignRole>) {
            if (effect.role == RegionRole::active) return {effect.region, effect.epoch};
          } else if constexpr (opens) {
            return {effect.region, effect.epoch};
          }
          return {};
        },
        body);
    if (holder.first.empty()) return;
    constexpr base::Milliseconds limit{1000};
    constexpr base::Milliseconds time_to_live{600'000};
    const auto seen = subject_.provider.probe(holder.first, limit);
    if (seen.lease_request) {
      subject_.provider.grant({holder.first, holder.second, seen.lease_request->made_at, time_to_live}, limit);
    }
  }

  base::Result<Outcome> perform(const EffectBody& body) {
    grant_lease(body);
    const auto deadline = subject_.clock.now() + subject_.patience;
    auto result = subject_.provider.perform({{fmt::format("conformance-1/{}", ++effects_)}, body}, deadline);
    // A provider that was interrupted by its deadline may need a moment to come back, not more.
    expect(subject_.clock.now() <= deadline + subject_.patience / 10,
           fmt::format("effect {} ended after its deadline", effects_));
    return result;
  }
  void must(const EffectBody& body, std::string_view what) {
    if (auto result = perform(body); !result) problems_.push_back(fmt::format("{}: {}", what, result.error().text()));
  }
  /// The effect is carried out twice; the second time does no harm and succeeds too.
  void must_twice(const EffectBody& body, std::string_view what) {
    must(body, what);
    must(body, fmt::format("{}, asked for again", what));
  }
  void must_fail(const EffectBody& body, ErrorCode code, std::string_view what) {
    const auto result = perform(body);
    expect(!result && result.error().code == code,
           fmt::format("{}: expected {}, got {}", what, base::catalogue_entry(code).name,
                       result ? "success" : std::string(result.error().name())));
  }
  template <class Expected>
  Expected outcome(const EffectBody& body, std::string_view what) {
    auto result = perform(body);
    if (!result) {
      problems_.push_back(fmt::format("{}: {}", what, result.error().text()));
      return {};
    }
    if (auto* found = std::get_if<Expected>(&*result)) return *found;
    problems_.push_back(fmt::format("{}: the outcome is of another kind", what));
    return {};
  }

  void observes_what_is_not_there() {
    const auto seen = subject_.provider.observe(home_);
    expect(!seen.reachable && seen.name == home_,
           "a region that was never built is observed as unreachable, by its name");
    expect(!subject_.provider.probe(home_, base::Milliseconds(100)).agent_answered,
           "no agent answers before it was started");
  }

  void build() {
    for (const auto& region : {home_, standby_}) {
      must_twice(engine::StartRegion{region}, "start " + region.value);
      const auto role = region == home_ ? RegionRole::active : RegionRole::standby;
      must_twice(engine::AssignRole{region, role, home_, Epoch{1}}, "assign " + region.value);
    }
    auto waiting = plan::make_plan(subject_.stack, {home_}, {}, {}).steps;
    std::vector<base::AssetId> done;
    while (!waiting.empty()) {
      const auto next = std::ranges::find_if(waiting, [&done](const plan::Step& step) {
        return std::ranges::all_of(step.depends_on, [&](const auto& id) { return std::ranges::count(done, id) > 0; });
      });
      must_twice(engine::EnsureAsset{next->asset, Epoch{1}}, "ensure " + next->asset.text());
      done.push_back(next->asset);
      waiting.erase(next);
    }
    must_twice(engine::SetTraffic{home_, TrafficMode::serve, Epoch{1}}, "serve");
    must_twice(engine::SetTraffic{standby_, TrafficMode::forward, Epoch{1}}, "forward");
    must_twice(engine::WriteDnsRecord{home_, Epoch{1}}, "write the DNS record");
  }

  void serves() {
    must(engine::ConfirmDns{home_}, "confirm DNS");
    must(engine::ConfirmService{home_, Epoch{1}}, "confirm the service");
    const auto home = subject_.provider.observe(home_);
    expect(home.reachable && home.role == RegionRole::active && home.epoch == Epoch{1},
           "the home region reigns in epoch 1");
    expect(!home.writer.empty(), "the home region has a writer");
    const auto standby = subject_.provider.observe(standby_);
    expect(standby.writer.empty(), "the standby region has no writer");
    expect(std::ranges::any_of(standby.nodes, [](const auto& node) { return node.streaming; }),
           "the standby region streams");
    const auto plan = plan::make_plan(subject_.stack, {home_}, {home, standby}, subject_.provider.observe_global());
    expect(plan.changes_nothing(), "what was built is observed as described:\n" + plan::explain(plan));
    const auto probe = subject_.provider.probe(home_, base::Milliseconds(1000));
    expect(probe.agent_answered && probe.door_answered, "a healthy region answers probes");
  }

  void refuses_old_epochs() {
    must_fail(engine::SetTraffic{home_, TrafficMode::closed, Epoch{0}}, ErrorCode::stale_epoch, "traffic of epoch 0");
    must_fail(engine::AssignRole{home_, RegionRole::standby, standby_, Epoch{0}}, ErrorCode::stale_epoch,
              "role of epoch 0");
    expect(subject_.provider.observe(home_).traffic == TrafficMode::serve, "a refused request changes nothing");
  }

  void holds_and_releases() {
    must_twice(engine::PrepareSwitchover{home_, Epoch{1}}, "prepare");
    must_twice(engine::HoldWrites{home_, Epoch{1}}, "hold");
    expect(subject_.provider.observe(home_).writes_held, "held writes are observed");
    must_twice(engine::ReleaseWrites{home_, home_, Epoch{1}}, "release");
    must(engine::ConfirmService{home_, Epoch{1}}, "confirm the service after the release");
  }

  void drills() {
    const auto begun = subject_.clock.wall_now();
    outcome<engine::Position>(engine::CloneForDrill{standby_, begun}, "clone for a drill");
    const auto rehearsal = outcome<engine::Rehearsal>(engine::RehearseFailover{standby_, begun}, "rehearse a failover");
    expect(!rehearsal.served_by.empty(), "somebody serves the rehearsal's write");
    still_protects("while a clone is there");
    must_twice(engine::DiscardClone{standby_, begun}, "discard the clone");
    must_fail(engine::CloneForDrill{standby_, begun}, ErrorCode::stale_epoch, "the clone of a drill that is over");
    must_fail(engine::RehearseFailover{standby_, begun}, ErrorCode::stale_epoch, "a drill that is over");
    still_protects("after a drill");
  }

  void still_protects(const std::string& when) {
    const auto standby = subject_.provider.observe(standby_);
    expect(standby.writer.empty(), "the standby region has no writer " + when);
    expect(std::ranges::any_of(standby.nodes, [](const auto& node) { return node.streaming; }),
           "the standby region streams " + when);
    must(engine::ConfirmDns{home_}, "confirm DNS " + when);
    must(engine::ConfirmService{home_, Epoch{1}}, "confirm the service " + when);
  }

  void check_certificate(const engine::FenceCertificate& given, engine::FenceMethod method, Epoch epoch) {
    expect(given.region == home_ && given.method == method, "a certificate names its region and its method");
    expect(given.epoch == epoch, "a certificate covers the epoch that was asked for");
    expect(!given.evidence.empty(), "a certificate carries evidence");
  }

  void switches_over_and_back_out() {
    must(engine::HoldWrites{home_, Epoch{1}}, "hold before the fence");
    const engine::FenceRegion fence{home_, engine::FenceMethod::direct, Epoch{1}, true};
    const auto first = outcome<engine::FenceCertificate>(fence, "fence, direct");
    const auto again = outcome<engine::FenceCertificate>(fence, "fence, direct, asked for again");
    check_certificate(first, engine::FenceMethod::direct, Epoch{1});
    expect(first.final_position.has_value(), "a direct fence says where the writer stopped");
    expect(first.final_position == again.final_position, "a fenced writer stops once");
    expect(subject_.provider.observe(home_).writer.empty(), "a fenced region has no writer");
    if (first.final_position) {
      const auto drained =
          outcome<engine::Position>(engine::DrainReplication{standby_, *first.final_position}, "drain");
      expect(drained.position >= *first.final_position, "drained is what the writer had");
    }
    must_twice(engine::ReopenWriter{home_, Epoch{2}}, "reopen");
    must_twice(engine::AssignRole{home_, RegionRole::active, home_, Epoch{2}}, "assign after the reopening");
    must(engine::SetTraffic{home_, TrafficMode::serve, Epoch{2}}, "serve after the reopening");
    must(engine::ReleaseWrites{home_, home_, Epoch{2}}, "release after the reopening");
    must(engine::ConfirmService{home_, Epoch{2}}, "confirm the service after the reopening");
  }

  void survives_a_loss() {
    subject_.kill_region(home_);
    const auto probe = subject_.provider.probe(home_, base::Milliseconds(300));
    expect(!probe.agent_answered && !probe.door_answered && !probe.detail.empty(),
           "a dead region misses probes, with a detail");
    expect(!subject_.provider.observe(home_).reachable, "a dead region is observed as unreachable");
    must_fail(engine::FenceRegion{home_, engine::FenceMethod::direct, Epoch{2}, false}, ErrorCode::region_unreachable,
              "a direct fence of a dead region");
    must_fail(engine::SetTraffic{home_, TrafficMode::closed, Epoch{2}}, ErrorCode::region_unreachable,
              "traffic of a dead region");
    const engine::FenceRegion fence{home_, engine::FenceMethod::power, Epoch{2}, false};
    check_certificate(outcome<engine::FenceCertificate>(fence, "fence, power"), engine::FenceMethod::power, Epoch{2});
    must(fence, "fence, power, asked for again");
    const engine::Promote promote{standby_, Epoch{3}};
    const auto first = outcome<engine::Promotion>(promote, "promote");
    const auto again = outcome<engine::Promotion>(promote, "promote, asked for again");
    expect(first.timeline > 1 && first.timeline == again.timeline && first.node == again.node,
           "a promotion happens once");
    must(engine::AssignRole{standby_, RegionRole::active, standby_, Epoch{3}}, "assign the new active region");
    must(engine::SetTraffic{standby_, TrafficMode::serve, Epoch{3}}, "serve in the new active region");
    must(engine::WriteDnsRecord{standby_, Epoch{3}}, "point the name at the new active region");
    must(engine::ConfirmDns{standby_}, "confirm DNS after the failover");
    must(engine::ConfirmService{standby_, Epoch{3}}, "confirm the service after the failover");
    outcome<engine::ClientView>(
        engine::MeasureClients{{"conformance-1"}, subject_.clock.wall_now() - base::Milliseconds(60'000)},
        "measure the clients");
  }

  void reprotects() {
    if (subject_.revive_region) subject_.revive_region(home_);
    must_twice(engine::StartRegion{home_}, "start the old region");
    expect(subject_.provider.observe(home_).writer.empty(), "an old region that comes back does not write");
    must_fail(engine::AssignRole{home_, RegionRole::active, home_, Epoch{1}}, ErrorCode::stale_epoch, "an old reign");
    must(engine::AssignRole{home_, RegionRole::standby, standby_, Epoch{3}}, "assign the old region");
    outcome<engine::Reprotection>(engine::Reprotect{home_, standby_, Epoch{3}}, "reprotect");
    outcome<engine::Reprotection>(engine::Reprotect{home_, standby_, Epoch{3}}, "reprotect, asked for again");
    const auto home = subject_.provider.observe(home_);
    expect(home.writer.empty(), "a reprotected region has no writer");
    expect(std::ranges::any_of(home.nodes, [](const auto& node) { return node.streaming; }),
           "a reprotected region streams");
  }

  const Subject& subject_;
  const base::RegionName home_;
  const base::RegionName standby_;
  std::vector<std::string> problems_;
  int effects_ = 0;
};

}  // namespace

std::vector<std::string> check(const Subject& subject) {
  return Suite(subject).run();
}

}  // namespace lifeboat::conformance
