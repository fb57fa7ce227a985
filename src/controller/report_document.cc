#include "controller/report_document.h"

#include <nlohmann/json.hpp>

#include "api/document.h"
#include "api/report_view.h"
#include "engine/report.h"
#include "journal/record_json.h"

namespace lifeboat::controller {
namespace {

bool moves_writer(engine::OperationKind kind) {
  using enum engine::OperationKind;
  return kind == failover || kind == switchover || kind == failback;
}

base::OperationId latest_of(std::span<const engine::Record> records) {
  base::OperationId any;
  base::OperationId moved;
  for (const auto& record : records) {
    const auto* started = std::get_if<engine::OperationStarted>(&record);
    if (started == nullptr) continue;
    any = started->operation;
    if (moves_writer(started->kind)) moved = started->operation;
  }
  return moved.empty() ? any : moved;
}

}  // namespace

base::Result<std::string> report_document(std::span<const engine::Record> records, const std::string& id,
                                          const model::Recovery& objectives) {
  const auto wanted = id == "latest" ? latest_of(records) : base::OperationId{id};
  const auto report = engine::build_report(records, wanted);
  if (!report) {
    return base::fail(base::ErrorCode::operation_unknown, wanted.empty()
                                                              ? "this stack has had no operation yet"
                                                              : "there is no operation '" + wanted.value + "'");
  }
  auto document = journal::to_json(*report);
  document["version"] = api::document_version;
  document["objectives"] = {{"rto_ms", objectives.rto_objective.count()}, {"rpo_ms", objectives.rpo_objective.count()}};
  // A record leaves out what is not known; a document says null.
  const auto view = api::report_from_document(document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!view) return std::unexpected(view.error());
  return api::to_document(*view);
}

}  // namespace lifeboat::controller
