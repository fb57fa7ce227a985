#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

/// An operation that another controller left without an end.
struct LeftOperation {
  std::string id;
  std::string kind;
  std::string phase;
};

/// What keeps a controller alive in this process, for as long as a client of it lives. Safe from any thread.
class ControllerHost {
 public:
  virtual ~ControllerHost() = default;
  /// What was found when it began; nothing where all was ended well.
  virtual std::optional<LeftOperation> left() const = 0;
  /// The same, once: whoever takes it goes on with it.
  virtual std::optional<LeftOperation> take_left() = 0;
  /// What was said about the work since the last time, for people.
  virtual std::vector<std::string> take_progress() = 0;
  /// Nothing unless drills have made things, or may have, that are not removed yet: the operation that removes them, or
  /// an empty name while none does because their region does not answer.
  virtual std::optional<std::string> removal_of_drills() const = 0;
  /// Why it decides nothing any more.
  virtual std::optional<base::Error> failure() const = 0;
  /// For a process that is about to end in the midst of its work: lets the next one go on at once.
  virtual void abandon() = 0;
};

/// How long answers may take; a controller that asks the world for them takes its time.
struct ClientLimits {
  base::Milliseconds answer{5'000};
  base::Milliseconds verify{60'000};
};

/// The controller's HTTP interface as calls. Each blocks until it is answered or its time limit has passed; no call is
/// repeated by itself. Errors are the controller's own, or controller_unreachable when nobody answers. One thread.
class ControllerClient {
 public:
  /// `address` is a loopback address; the token is sent with every request and appears in no message.
  ControllerClient(std::string address, std::uint16_t port, std::string token);
  /// The same of an aws stack's controller; `host` is null where it is another process's.
  ControllerClient(std::uint16_t port, std::string token, const ClientLimits& limits,
                   std::shared_ptr<ControllerHost> host);

  /// Null when the controller is not in this process.
  ControllerHost* host() const { return host_.get(); }

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
  ClientLimits limits_;
  std::shared_ptr<ControllerHost> host_;
};

}  // namespace lifeboat::cli
