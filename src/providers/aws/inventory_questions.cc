#include "providers/aws/inventory_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

using aws::FailureKind;
using aws::Json;

/// What is missing by the service's own word; a proxy's 404 has no code of AWS.
bool says_missing(const aws::Failure& failure) {
  return failure.kind == FailureKind::missing && !failure.code.empty();
}

bool is_silence(const aws::Failure& failure) {
  switch (failure.kind) {
    case FailureKind::unreachable:
    case FailureKind::timeout:
    case FailureKind::cut_off:
    case FailureKind::server_fault:
    case FailureKind::unreadable:
    case FailureKind::missing:
      return true;
    default:
      return false;
  }
}

}  // namespace

base::Result<Json> Questions::ask(std::string_view service, std::string_view operation, const Json& input) const {
  return judged(client_.call_all(service, operation, region_.value, input, {.deadline = deadline_}));
}

base::Result<Json> Questions::ask_once(std::string_view service, std::string_view operation, const Json& input) const {
  return judged(client_.call(service, operation, region_.value, input, {.deadline = deadline_}));
}

base::Result<Json> Questions::judged(aws::Answer answer) const {
  if (answer) return *std::move(answer);
  if (says_missing(answer.error())) return Json();
  auto error = answer.error().error();
  if (is_silence(answer.error())) return base::fail(base::ErrorCode::region_unreachable, std::move(error.message));
  return std::unexpected(std::move(error));
}

std::optional<base::Error> Troubles::error() const {
  if (errors_.empty()) return std::nullopt;
  const auto is_silent = [](const base::Error& error) { return error.code == base::ErrorCode::region_unreachable; };
  const auto chosen = std::ranges::find_if_not(errors_, is_silent);
  auto error = chosen == errors_.end() ? errors_.front() : *chosen;
  for (const auto& other : errors_) {
    if (!is_silent(other) && other.message != error.message) error.message += "; " + other.message;
  }
  const auto silent = std::ranges::count_if(errors_, is_silent) - (is_silent(error) ? 1 : 0);
  if (silent > 0) error.message += fmt::format("; {} more of the questions had no answer", silent);
  return error;
}

std::string text_at(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const auto& one : list) texts.push_back(one.get<std::string>());
  return texts;
}

std::int64_t number_at(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

bool is_true_at(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

const Json& part_at(const Json& json, const char* name) {
  static const Json empty = Json::object();
  const auto found = json.find(name);
  return found != json.end() && found->is_object() ? *found : empty;
}

const Json& list_at(const Json& json, const char* name) {
  static const Json empty = Json::array();
  const auto found = json.find(name);
  return found != json.end() && found->is_array() ? *found : empty;
}

std::string tag_at(const Json& tags, std::string_view key) {
  for (const auto& tag : tags) {
    if (text_at(tag, "Key") == key) return text_at(tag, "Value");
  }
  return {};
}

}  // namespace lifeboat::aws_world
