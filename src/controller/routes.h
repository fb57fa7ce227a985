#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "controller/audit_log.h"
#include "controller/service.h"
#include "controller/sessions.h"
#include "page/files.h"
#include "ports/clock.h"
#include "system/http_server.h"

namespace lifeboat::controller {

/// Who may ask for something.
enum class Access {
  anyone,    ///< Holds no secret, or is where people sign in.
  viewer,    ///< Whoever has one of the two tokens or a session.
  operator_  ///< Changes something: an operator only, and it is written down.
};

/// Who asks.
struct Caller {
  Role role = Role::views;
  std::optional<Session> session;  ///< Of those who come with the cookie.
};

/// The HTTP interface of docs/api.md over a service. Safe to call from several threads.
class Routes {
 public:
  struct Parts {
    Service& service;
    AuditLog& audit;
    const Sessions& sessions;
    const ports::Clock& clock;
    std::string stack;
    std::span<const page::File> page;
  };
  /// A call with what was found out about it.
  struct Request {
    const system::HttpCall& call;
    std::optional<Caller> caller;
    std::string argument = {};  ///< What stands for the {…} of the path.
  };
  using Answer = base::Result<system::HttpAnswer>;
  struct Route {
    std::string_view method;
    std::string_view path;  ///< With at most one {…}, which stands for what has no slash in it.
    Access access = Access::viewer;
    Answer (Routes::*answer)(const Request&) const = nullptr;
  };

  /// What the parts refer to outlives the object.
  explicit Routes(Parts parts) : parts_(std::move(parts)) {}

  system::HttpAnswer answer(const system::HttpCall& call) const;
  /// Every route there is; docs/openapi.json documents each.
  static std::span<const Route> all();

 private:
  Answer answer_guarded(const system::HttpCall& call) const;
  base::Status guard(const Route& route, const Request& request) const;
  std::optional<Caller> caller_of(const system::HttpCall& call) const;
  /// Writes down what is about to be done, does it, and writes down what came of it.
  Answer audited(const Request& request, std::string what, const std::function<Answer()>& act) const;
  api::AuditEntryView entry_of(const Request& request, std::string what) const;

  Answer page_file(const Request& request) const;
  Answer sign_in(const Request& request) const;
  Answer session(const Request& request) const;
  Answer sign_out(const Request& request) const;
  Answer status(const Request& request) const;
  Answer metrics(const Request& request) const;
  Answer plan(const Request& request) const;
  Answer verify(const Request& request) const;
  Answer log(const Request& request) const;
  Answer stream(const Request& request) const;
  Answer operations(const Request& request) const;
  Answer operation(const Request& request) const;
  Answer outlook(const Request& request) const;
  Answer audit(const Request& request) const;
  Answer report(const Request& request) const;
  Answer report_page(const Request& request) const;
  Answer openapi(const Request& request) const;
  Answer begin(const Request& request) const;
  Answer arm(const Request& request) const;
  Answer disarm(const Request& request) const;
  Answer abort(const Request& request) const;

  Parts parts_;
};

/// "failover, fence power, accept_loss": a request as the audit log says it.
std::string words_of(const OperationRequest& request);

}  // namespace lifeboat::controller
