#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "engine/record.h"
#include "model/stack.h"

namespace lifeboat::controller {

/// The report of an operation as its document; id "latest" means the newest failover, switchover or failback, or where
/// there was none the newest operation. ErrorCode::operation_unknown when there is no such operation.
base::Result<std::string> report_document(std::span<const engine::Record> records, const std::string& id,
                                          const model::Recovery& objectives);

}  // namespace lifeboat::controller
