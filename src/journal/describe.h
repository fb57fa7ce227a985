#pragma once

#include "engine/effect.h"
#include "engine/record.h"
#include "journal/codec.h"

// The fields of everything that is written, once each; docs/journal-format.md lists them for people. A name in here is
// for ever: journals that were written with it have to be read.

namespace lifeboat::model {

inline std::string_view name_of(AssetKind value) {
  return to_string(value);
}
inline void from_name(const std::string& name, AssetKind& value) {
  journal::find_name(name, AssetKind::monitoring_cluster, value);
}

}  // namespace lifeboat::model

namespace lifeboat::base {

inline std::string_view name_of(ErrorCode code) {
  return catalogue_entry(code).name;
}
inline void from_name(const std::string& name, ErrorCode& code) {
  code = error_code_from_name(name);
}

template <class Codec, class T>
requires std::is_same_v<std::remove_const_t<T>, AssetId>
void describe(Codec& codec, T& id) {
  codec("region", id.region);
  codec("name", id.name);
}

template <class Codec, class T>
requires std::is_same_v<std::remove_const_t<T>, Error>
void describe(Codec& codec, T& error) {
  codec("code", error.code);
  codec("message", error.message);
  codec("help", error.help);
}

}  // namespace lifeboat::base

namespace lifeboat::plan {

inline std::string_view name_of(Action value) {
  return to_string(value);
}
inline void from_name(const std::string& name, Action& value) {
  journal::find_name(name, Action::remove, value);
}

template <class Codec, class T>
requires std::is_same_v<std::remove_const_t<T>, Step>
void describe(Codec& codec, T& step) {
  codec("asset", step.asset);
  codec("kind", step.kind);
  codec("action", step.action);
  codec("reason", step.reason);
  codec("depends_on", step.depends_on);
}

template <class Codec, class T>
requires std::is_same_v<std::remove_const_t<T>, Plan>
void describe(Codec& codec, T& plan) {
  codec("active_region", plan.active_region);
  codec("regions", plan.regions);
  codec("steps", plan.steps);
}

}  // namespace lifeboat::plan

namespace lifeboat::engine {

#define LIFEBOAT_NAMES(Enum, last)                              \
  inline std::string_view name_of(Enum value) {                 \
    return to_string(value);                                    \
  }                                                             \
  inline void from_name(const std::string& name, Enum& value) { \
    journal::find_name(name, last, value);                      \
  }
LIFEBOAT_NAMES(OperationKind, OperationKind::drill)
LIFEBOAT_NAMES(Phase, Phase::ended)
LIFEBOAT_NAMES(Verdict, Verdict::superseded)
LIFEBOAT_NAMES(FenceMethod, FenceMethod::expiry)
LIFEBOAT_NAMES(Trigger, Trigger::automatic)
LIFEBOAT_NAMES(ReprotectMethod, ReprotectMethod::rebuilt)
#undef LIFEBOAT_NAMES

/// describe() for `Type`, in both directions.
#define LIFEBOAT_DESCRIBE(Type)                         \
  template <class Codec, class T>                       \
  requires std::is_same_v<std::remove_const_t<T>, Type> \
  void describe(Codec& codec, T& value)

LIFEBOAT_DESCRIBE(Readiness) {
  codec("ready", value.ready);
  codec("reasons", value.reasons);
  codec("predicted_loss_ms", value.predicted_loss);
}
LIFEBOAT_DESCRIBE(FailoverOptions) {
  codec("method", value.method);
  codec("accept_loss", value.accept_loss);
  codec("accept_split_brain_risk", value.accept_split_brain_risk);
  codec("readiness", value.readiness);
}

LIFEBOAT_DESCRIBE(Done) {
  (void)codec, (void)value;
}
LIFEBOAT_DESCRIBE(FenceCertificate) {
  codec("region", value.region);
  codec("method", value.method);
  codec("epoch", value.epoch);
  codec("evidence", value.evidence);
  codec("final_position", value.final_position);
}
LIFEBOAT_DESCRIBE(LeasePromise) {
  codec("over_in_ms", value.over_in);
}
LIFEBOAT_DESCRIBE(Position) {
  codec("position", value.position);
}
LIFEBOAT_DESCRIBE(Promotion) {
  codec("node", value.node);
  codec("timeline", value.timeline);
  codec("position", value.position);
}
LIFEBOAT_DESCRIBE(ServiceConfirmation) {
  codec("served_by", value.served_by);
  codec("marker", value.marker);
}
LIFEBOAT_DESCRIBE(Reprotection) {
  codec("method", value.method);
  codec("diverged_transactions", value.diverged_transactions);
  codec("diverged_rows", value.diverged_rows);
  codec("diverged_bytes", value.diverged_bytes);
  codec("ledger_file", value.ledger_file);
}
LIFEBOAT_DESCRIBE(ClientView) {
  codec("clients_present", value.clients_present);
  codec("acknowledged_writes", value.acknowledged_writes);
  codec("lost_acknowledged_writes", value.lost_acknowledged_writes);
  codec("failed_requests", value.failed_requests);
  codec("longest_request_ms", value.longest_request_ms);
  codec("first_failure_ms", value.first_failure);
  codec("first_acknowledged_after_ms", value.first_acknowledged_after);
}

LIFEBOAT_DESCRIBE(Rehearsal) {
  codec("promotion_ms", value.promotion);
  codec("dns_ms", value.dns);
  codec("service_ms", value.service);
  codec("served_by", value.served_by);
  codec("marker", value.marker);
}

LIFEBOAT_DESCRIBE(OperationStarted) {
  codec("operation", value.operation);
  codec("kind", value.kind);
  codec("from", value.from);
  codec("to", value.to);
  codec("trigger", value.trigger);
  codec("method", value.method);
  codec("accept_loss", value.accept_loss);
  codec("accept_split_brain_risk", value.accept_split_brain_risk);
  codec("predicted_loss_ms", value.predicted_loss);
  codec("plan", value.plan);
  codec("supersedes", value.supersedes);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(EpochPromised) {
  codec("operation", value.operation);
  codec("epoch", value.epoch);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(PhaseEntered) {
  codec("operation", value.operation);
  codec("phase", value.phase);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(EffectFailed) {
  codec("operation", value.operation);
  codec("effect", value.effect);
  codec("error", value.error);
  codec("for_good", value.for_good);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(ReignBegan) {
  codec("operation", value.operation);
  codec("region", value.region);
  codec("epoch", value.epoch);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(StandbyChanged) {
  codec("operation", value.operation);
  codec("region", value.region);
  codec("is_replica", value.is_replica);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(OperationEnded) {
  codec("operation", value.operation);
  codec("verdict", value.verdict);
  codec("error", value.error);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(RegionLost) {
  codec("region", value.region);
  codec("first_miss_at_ms", value.first_miss_at);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(RegionBack) {
  codec("region", value.region);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(SynchronyChanged) {
  codec("region", value.region);
  codec("synchronous", value.synchronous);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(Armed) {
  codec("options", value.options);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(Disarmed) {
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(AbortAsked) {
  codec("operation", value.operation);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(AutomaticRefused) {
  codec("region", value.region);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(TermTaken) {
  codec("number", value.number);
  codec("controller", value.controller);
  codec("continues", value.continues);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
LIFEBOAT_DESCRIBE(Adopted) {
  codec("region", value.region);
  codec("epoch", value.epoch);
  codec("promised", value.promised);
  codec("standby_is_replica", value.standby_is_replica);
  codec("sentence", value.sentence);
  codec("at_ms", value.at);
}
#undef LIFEBOAT_DESCRIBE

}  // namespace lifeboat::engine
