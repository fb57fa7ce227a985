#include "engine/record.h"

#include <type_traits>
#include <utility>

namespace lifeboat::engine {

base::WallTime time_of(const Record& record) {
  return std::visit([](const auto& entry) { return entry.at; }, record);
}

std::string sentence_of(const Record& record) {
  return std::visit(
      [](const auto& entry) -> std::string {
        if constexpr (requires { entry.sentence; }) {
          return entry.sentence;
        } else {
          return {};
        }
      },
      record);
}

base::OperationId operation_of(const Record& record) {
  return std::visit(
      [](const auto& entry) -> base::OperationId {
        if constexpr (requires { entry.operation; }) {
          return entry.operation;
        } else {
          return {};
        }
      },
      record);
}

std::string_view to_string(OperationKind kind) {
  switch (kind) {
    case OperationKind::up:
      return "up";
    case OperationKind::failover:
      return "failover";
    case OperationKind::switchover:
      return "switchover";
    case OperationKind::failback:
      return "failback";
    case OperationKind::reprotect:
      return "reprotect";
    case OperationKind::drill:
      return "drill";
  }
  std::unreachable();
}

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::building:
      return "building";
    case Phase::preparing:
      return "preparing";
    case Phase::holding:
      return "holding";
    case Phase::fencing:
      return "fencing";
    case Phase::draining:
      return "draining";
    case Phase::promoting:
      return "promoting";
    case Phase::directing:
      return "directing";
    case Phase::releasing:
      return "releasing";
    case Phase::confirming:
      return "confirming";
    case Phase::reprotecting:
      return "reprotecting";
    case Phase::measuring:
      return "measuring";
    case Phase::cloning:
      return "cloning";
    case Phase::rehearsing:
      return "rehearsing";
    case Phase::discarding:
      return "discarding";
    case Phase::unholding:
      return "unholding";
    case Phase::reopening:
      return "reopening";
    case Phase::ended:
      return "ended";
  }
  std::unreachable();
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::done:
      return "done";
    case Verdict::done_unprotected:
      return "done_unprotected";
    case Verdict::undone:
      return "undone";
    case Verdict::refused:
      return "refused";
    case Verdict::failed:
      return "failed";
    case Verdict::superseded:
      return "superseded";
  }
  std::unreachable();
}

std::string_view to_string(FenceMethod method) {
  switch (method) {
    case FenceMethod::direct:
      return "direct";
    case FenceMethod::power:
      return "power";
    case FenceMethod::expiry:
      return "expiry";
  }
  std::unreachable();
}

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::operator_command:
      return "operator";
    case Trigger::armed:
      return "armed";
    case Trigger::automatic:
      return "automatic";
  }
  std::unreachable();
}

std::string_view to_string(ReprotectMethod method) {
  switch (method) {
    case ReprotectMethod::followed:
      return "followed";
    case ReprotectMethod::rewound:
      return "rewound";
    case ReprotectMethod::rebuilt:
      return "rebuilt";
  }
  std::unreachable();
}

}  // namespace lifeboat::engine
