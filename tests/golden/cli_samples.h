#pragma once

#include "api/log_view.h"
#include "api/operation_view.h"
#include "api/plan_view.h"
#include "api/report_view.h"
#include "api/status_view.h"
#include "api/verify_view.h"
#include "load/statistics.h"

namespace lifeboat::cli::samples {

/// The founding stack, healthy, home active.
api::StatusView healthy();
/// The same where every commit waits for the other region.
api::StatusView synchronous();
/// The healthy one a moment after the home region was killed, a failover being armed.
api::StatusView region_lost();
/// A failover that went well.
api::ReportView failover();
/// A failover that was refused for want of a certificate.
api::ReportView refused();
api::VerifyView not_ready();
api::PlanView plan();
api::LogView log();
api::OperationView running();
load::Summary load_summary();

}  // namespace lifeboat::cli::samples
