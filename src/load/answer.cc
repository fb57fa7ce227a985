#include "load/answer.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace lifeboat::load {
namespace {

using nlohmann::json;

constexpr unsigned status_ok = 200;
constexpr unsigned status_created = 201;

/// The object with this name in the object; an empty one where there is none.
const json& object_in(const json& parent, const char* name) {
  static const json nothing = json::object();
  if (!parent.is_object()) return nothing;
  const auto found = parent.find(name);
  return found != parent.end() && found->is_object() ? *found : nothing;
}

std::string message_of(const json& envelope) {
  const json& status = object_in(envelope, "status");
  if (!status.contains("message")) return "";
  const json& message = status["message"];
  return ": " + (message.is_string() ? message.get<std::string>() : message.dump());
}

}  // namespace

std::optional<std::string> registered_token(std::string_view body) {
  const json envelope = json::parse(body, nullptr, false);
  const json& dataset = object_in(envelope, "dataset");
  if (!dataset.contains("token") || !dataset["token"].is_string()) return std::nullopt;
  return dataset["token"].get<std::string>();
}

void judge_answer(unsigned status, std::string_view body, RequestRecord& record) {
  const json envelope = json::parse(body, nullptr, false);
  const json& verdict = object_in(envelope, "status");
  const bool success = verdict.contains("success") && verdict["success"] == true;
  const unsigned expected = record.kind == RequestKind::write ? status_created : status_ok;
  record.status = static_cast<int>(status);
  record.acknowledged = status == expected && success;
  const json& dataset = object_in(envelope, "dataset");
  if (record.acknowledged && dataset.contains("id") && dataset["id"].is_number_integer()) {
    record.id = dataset["id"].get<std::int64_t>();
  }
  if (!record.acknowledged) record.error = fmt::format("HTTP {}{}", status, message_of(envelope));
}

std::string region_of(std::string_view served_by) {
  return std::string(served_by.substr(0, served_by.find('/')));
}

}  // namespace lifeboat::load
