#include "cli/controller_client.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "api/error_view.h"
#include "load/connection.h"

namespace lifeboat::cli {
namespace http = boost::beast::http;
namespace {

using nlohmann::json;

json body_of(const OperationRequest& request) {
  json body = json::object();
  if (!request.kind.empty()) body["kind"] = request.kind;
  if (!request.fence.empty()) body["fence"] = request.fence;
  if (request.accept_loss) body["accept_loss"] = true;
  if (request.accept_split_brain_risk) body["accept_split_brain_risk"] = true;
  if (request.even_if_not_ready) body["even_if_not_ready"] = true;
  return body;
}

/// A field of a short answer.
template <class T>
base::Result<T> field(const std::string& text, const char* name) {
  const json document = json::parse(text, nullptr, false);
  const bool there = document.is_object() && document.contains(name);
  if (there && std::is_same_v<T, std::string> == document[name].is_string()) return document[name].get<T>();
  return base::fail(base::ErrorCode::http_failed, fmt::format("the controller's answer has no '{}'", name));
}

template <class T, class Parse>
base::Result<T> parsed(base::Result<std::string> text, Parse parse) {
  if (!text) return std::unexpected(text.error());
  return parse(*text);
}

}  // namespace

ControllerClient::ControllerClient(std::string address, std::uint16_t port, std::string token)
    : address_(std::move(address)), port_(port), token_(std::move(token)) {}

ControllerClient::ControllerClient(std::uint16_t port, std::string token, const ClientLimits& limits,
                                   std::shared_ptr<ControllerHost> host)
    : address_("127.0.0.1"), port_(port), token_(std::move(token)), limits_(limits), host_(std::move(host)) {}

base::Result<std::string> ControllerClient::exchange(bool is_post, const std::string& target, const std::string& body,
                                                     base::Milliseconds limit) const {
  load::HttpRequest request(is_post ? http::verb::post : http::verb::get, target, 11);
  request.set(http::field::host, fmt::format("{}:{}", address_, port_));
  request.set(http::field::authorization, "Bearer " + token_);
  if (is_post) request.set(http::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();
  boost::asio::io_context context(1);
  load::Connection connection(context.get_executor());
  const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::make_address(address_), port_);
  std::optional<base::Result<load::HttpResponse>> response;
  boost::asio::co_spawn(
      context,
      [&]() -> boost::asio::awaitable<void> {
        response = co_await connection.exchange(endpoint, request, std::chrono::steady_clock::now() + limit);
      },
      boost::asio::detached);
  context.run();
  if (!*response) {
    return base::fail(base::ErrorCode::controller_unreachable,
                      "the controller does not answer: " + response->error().message);
  }
  const auto status = (*response)->result_int();
  if (status >= 200 && status < 300) return std::move((*response)->body());
  return std::unexpected(api::error_from_document((*response)->body()));
}

base::Result<std::string> ControllerClient::get(const std::string& target, base::Milliseconds limit) const {
  return exchange(false, target, "", limit);
}

base::Result<std::string> ControllerClient::post(const std::string& target, const std::string& body,
                                                 base::Milliseconds limit) const {
  return exchange(true, target, body, limit);
}

base::Result<api::StatusView> ControllerClient::status() const {
  return parsed<api::StatusView>(get("/v1/status", limits_.answer), api::status_from_document);
}

base::Result<api::PlanView> ControllerClient::plan() const {
  return parsed<api::PlanView>(get("/v1/plan", limits_.answer), api::plan_from_document);
}

base::Result<api::VerifyView> ControllerClient::verify() const {
  return parsed<api::VerifyView>(post("/v1/verify", "{}", limits_.verify), api::verify_from_document);
}

base::Result<std::string> ControllerClient::start(const OperationRequest& request) const {
  // A command that has to judge readiness first verifies, which takes as long as that.
  return parsed<std::string>(post("/v1/operations", body_of(request).dump(), limits_.verify),
                             [](const std::string& text) { return field<std::string>(text, "operation"); });
}

base::Result<api::OperationView> ControllerClient::operation(const std::string& id) const {
  return parsed<api::OperationView>(get("/v1/operations/" + id, limits_.answer), api::operation_from_document);
}

base::Result<std::uint64_t> ControllerClient::arm(const OperationRequest& request) const {
  return parsed<std::uint64_t>(post("/v1/arm", body_of(request).dump(), limits_.verify),
                               [](const std::string& text) { return field<std::uint64_t>(text, "after"); });
}

base::Result<std::string> ControllerClient::abort() const {
  return parsed<std::string>(post("/v1/abort", "{}", limits_.answer),
                             [](const std::string& text) { return field<std::string>(text, "operation"); });
}

base::Status ControllerClient::disarm() const {
  auto answer = post("/v1/disarm", "{}", limits_.answer);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

base::Result<api::LogView> ControllerClient::log(std::uint64_t after, base::Milliseconds wait) const {
  const std::string target = fmt::format("/v1/log?after={}&wait_ms={}", after, wait.count());
  return parsed<api::LogView>(get(target, limits_.answer + wait), api::log_from_document);
}

base::Result<api::ReportView> ControllerClient::report(const std::string& id) const {
  return parsed<api::ReportView>(get("/v1/report/" + id, limits_.answer), api::report_from_document);
}

}  // namespace lifeboat::cli
