#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "api/log_view.h"
#include "api/operation_view.h"
#include "api/plan_view.h"
#include "api/report_view.h"
#include "api/status_view.h"
#include "api/verify_view.h"
#include "base/error.h"
#include "base/units.h"

namespace lifeboat::cli {

/// What a command asks of an operation; docs/api.md.
struct OperationRequest {
  std::string kind;
  std::string fence;  ///< "power", "direct", or empty for the stack's default.
  bool accept_loss = false;
  bool accept_split_brain_risk = false;
  bool even_if_not_ready = false;
};

/// The controller's HTTP interface as calls. Each blocks until it is answered or its time limit has passed; no call is
/// repeated by itself. Errors are the controller's own, or controller_unreachable when nobody answers. One thread.
class ControllerClient {
 public:
  /// `address` is a loopback address; the token is sent with every request and appears in no message.
  ControllerClient(std::string address, std::uint16_t port, std::string token);

  base::Result<api::StatusView> status() const;
  base::Result<api::PlanView> plan() const;
  base::Result<api::VerifyView> verify() const;
  /// Starts an operation; its id.
  base::Result<std::string> start(const OperationRequest& request) const;
  base::Result<api::OperationView> operation(const std::string& id) const;
  /// Arms a failover on loss; the log's entries after the returned number tell what comes of it.
  base::Result<std::uint64_t> arm(const OperationRequest& request) const;
  base::Status disarm() const;
  /// Asks for the running operation to be undone; its id.
  base::Result<std::string> abort() const;
  base::Result<api::LogView> log(std::uint64_t after, base::Milliseconds wait) const;
  base::Result<api::ReportView> report(const std::string& id) const;

 private:
  base::Result<std::string> get(const std::string& target, base::Milliseconds limit) const;
  base::Result<std::string> post(const std::string& target, const std::string& body, base::Milliseconds limit) const;
  base::Result<std::string> exchange(bool is_post, const std::string& target, const std::string& body,
                                     base::Milliseconds limit) const;

  std::string address_;
  std::uint16_t port_ = 0;
  std::string token_;
};

}  // namespace lifeboat::cli
