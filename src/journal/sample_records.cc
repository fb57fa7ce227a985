#include "journal/sample_records.h"

namespace lifeboat::journal {
namespace {

base::WallTime at(int ms) {
  return base::WallTime(base::Milliseconds(1'700'000'000'000 + ms));
}

}  // namespace

std::vector<engine::Record> every_record() {
  engine::OperationStarted started;
  started.operation = {"failover-2"};
  started.kind = engine::OperationKind::failover;
  started.from = {"us-east-2"};
  started.to = {"us-west-1"};
  started.trigger = engine::Trigger::armed;
  started.method = engine::FenceMethod::direct;
  started.accept_loss = started.accept_split_brain_risk = true;
  started.predicted_loss = base::Milliseconds(12);
  started.plan.active_region = {"us-east-2"};
  started.plan.regions = {{"us-east-2"}, {"us-west-1"}};
  started.plan.steps = {{{{"us-east-2"}, "db-2"},
                         model::AssetKind::database_node,
                         plan::Action::ensure,
                         "absent",
                         {{{"us-east-2"}, "db-1"}}}};
  started.supersedes = {"switchover-1"};
  started.sentence = "Failing over: \"quoted\", Zürich.";
  started.at = at(1);
  const engine::FenceCertificate certificate{
      {"us-east-2"}, engine::FenceMethod::power, {4}, {"none is left"}, base::Lsn{0x3000148}};
  engine::ClientView view;
  view.clients_present = true;
  view.acknowledged_writes = 7;
  view.longest_request_ms = 83;
  view.first_failure = at(9);
  engine::FailoverOptions options;
  options.method = engine::FenceMethod::power;
  options.readiness = {false, {"drift"}, base::Milliseconds(3)};
  const base::OperationId operation{"failover-2"};
  const engine::EffectId effect{"failover-2/fence"};
  return {started,
          engine::EpochPromised{operation, {5}, at(2)},
          engine::PhaseEntered{operation, engine::Phase::fencing, "Fencing.", at(3)},
          engine::EffectSucceeded{operation, effect, certificate, at(4)},
          engine::EffectSucceeded{operation, effect, engine::Done{}, at(4)},
          engine::EffectSucceeded{operation, effect, engine::Position{{9}}, at(4)},
          engine::EffectSucceeded{operation, effect, engine::Promotion{"db-1", 3, {10}}, at(4)},
          engine::EffectSucceeded{operation, effect, engine::ServiceConfirmation{"us-west-1", 4}, at(4)},
          engine::EffectSucceeded{
              operation, effect, engine::Reprotection{engine::ReprotectMethod::rewound, 1, 2, 3, "ledger.json"}, at(4)},
          engine::EffectSucceeded{operation, effect, view, at(4)},
          engine::EffectSucceeded{{"drill-3"},
                                  {"drill-3/rehearse"},
                                  engine::Rehearsal{base::Milliseconds(410), base::Milliseconds(9),
                                                    base::Milliseconds(62), "us-west-1/drill", 5},
                                  at(4)},
          engine::EffectFailed{
              operation, effect, {base::ErrorCode::region_unreachable, "gone", "look"}, true, "Failed.", at(5)},
          engine::ReignBegan{operation, {"us-west-1"}, {5}, at(6)},
          engine::StandbyChanged{operation, {"us-east-2"}, true, at(7)},
          engine::OperationEnded{operation, engine::Verdict::refused,
                                 base::Error{base::ErrorCode::no_fence_certificate, "no", "help"}, "Ended.", at(8)},
          engine::RegionLost{{"us-east-2"}, at(0), "Lost.", at(1)},
          engine::RegionBack{{"us-east-2"}, "Back.", at(9)},
          engine::SynchronyChanged{{"us-east-2"}, true, "Synchronous.", at(9)},
          engine::Armed{options, "Armed.", at(10)},
          engine::Disarmed{"Disarmed.", at(11)},
          engine::EffectSucceeded{
              {"failover-7"}, {"failover-7/promise"}, engine::LeasePromise{base::Milliseconds(8125)}, at(12)},
          engine::AbortAsked{{"failover-7"}, "An operator asked to abort failover-7.", at(13)},
          engine::AutomaticRefused{{"us-east-2"}, "us-east-2 is lost and no failover goes by itself.", at(14)},
          engine::Adopted{{"us-west-1"}, {4}, {5}, true, "The journal was empty.", at(15)},
          engine::TermTaken{7, "4711", true, "", at(16)}};
}

}  // namespace lifeboat::journal
