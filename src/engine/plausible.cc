#include "engine/plausible.h"

#include <fmt/format.h>

#include "engine/table.h"

namespace lifeboat::engine {
namespace {

using base::Error;
using base::ErrorCode;

std::optional<Error> wrong(std::string message) {
  return base::fail(ErrorCode::implausible_answer, std::move(message)).error();
}

std::optional<Error> check_certificate(const Operation& operation, const FenceRegion& asked,
                                       const FenceCertificate& given) {
  if (given.region != asked.region) {
    return wrong(fmt::format("the fence certificate names {}, asked was {}", given.region.value, asked.region.value));
  }
  if (given.epoch < asked.epoch) {
    return wrong(fmt::format("the fence certificate of {} covers epoch {} only; it has to cover epoch {}",
                             given.region.value, given.epoch.value, asked.epoch.value));
  }
  if (given.epoch >= operation.epoch) {
    return wrong(fmt::format("the fence certificate of {} covers epoch {}, which is not over", given.region.value,
                             given.epoch.value));
  }
  if (given.evidence.empty()) {
    return wrong(fmt::format("the fence certificate of {} carries no evidence", given.region.value));
  }
  const bool drains = table_kind(operation.started.kind) == OperationKind::switchover;
  if (drains && !given.final_position) {
    return wrong(fmt::format("the fence certificate of {} does not say where the writer stopped", given.region.value));
  }
  return std::nullopt;
}

std::optional<Error> check_position(const DrainReplication& asked, const Position& given) {
  if (given.position >= asked.until) return std::nullopt;
  return wrong(fmt::format("{} says that it has replayed everything, but it is at {} and the writer stopped at {}",
                           asked.region.value, base::to_string(given.position), base::to_string(asked.until)));
}

/// Each effect and the outcome it has; everything else is Done.
template <class Body>
struct OutcomeOf {
  using type = Done;
};
template <>
struct OutcomeOf<FenceRegion> {
  using type = FenceCertificate;
};
template <>
struct OutcomeOf<PromiseEpoch> {
  using type = LeasePromise;
};
template <>
struct OutcomeOf<DrainReplication> {
  using type = Position;
};
template <>
struct OutcomeOf<Promote> {
  using type = Promotion;
};
template <>
struct OutcomeOf<ConfirmService> {
  using type = ServiceConfirmation;
};
template <>
struct OutcomeOf<Reprotect> {
  using type = Reprotection;
};
template <>
struct OutcomeOf<CloneForDrill> {
  using type = Position;
};
template <>
struct OutcomeOf<RehearseFailover> {
  using type = Rehearsal;
};
template <>
struct OutcomeOf<MeasureClients> {
  using type = ClientView;
};

}  // namespace

std::optional<Error> implausible(const Operation& operation, const EffectBody& effect, const Outcome& outcome) {
  const bool fits = std::visit(
      [&outcome](const auto& body) {
        return std::holds_alternative<typename OutcomeOf<std::decay_t<decltype(body)>>::type>(outcome);
      },
      effect);
  if (!fits) return wrong("the answer is one to another kind of effect");
  if (const auto* fence = std::get_if<FenceRegion>(&effect)) {
    return check_certificate(operation, *fence, std::get<FenceCertificate>(outcome));
  }
  if (const auto* drain = std::get_if<DrainReplication>(&effect)) {
    return check_position(*drain, std::get<Position>(outcome));
  }
  if (const auto* confirm = std::get_if<ConfirmService>(&effect)) {
    const auto& served_by = std::get<ServiceConfirmation>(outcome).served_by;
    if (served_by.empty()) return wrong(fmt::format("nobody served the marker of {}", confirm->region.value));
  }
  if (const auto* rehearse = std::get_if<RehearseFailover>(&effect)) {
    const auto& served_by = std::get<Rehearsal>(outcome).served_by;
    if (served_by.empty()) return wrong(fmt::format("nobody served the drill's marker in {}", rehearse->region.value));
  }
  return std::nullopt;
}

}  // namespace lifeboat::engine
