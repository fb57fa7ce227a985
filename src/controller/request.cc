#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "controller/service.h"

namespace lifeboat::controller {
namespace {

constexpr std::array<const char*, 4> fences{"power", "direct", "expiry", ""};

base::Status read_field(const std::string& key, const nlohmann::json& value, OperationRequest& request) {
  const auto wrong = [&](std::string_view expected) {
    return base::fail(base::ErrorCode::bad_request,
                      "the field '" + key + "' is " + value.dump() + ", expected " + std::string(expected));
  };
  const auto read_flag = [&](bool& flag) -> base::Status {
    if (!value.is_boolean()) return wrong("true or false");
    flag = value.get<bool>();
    return {};
  };
  const auto read_text = [&](std::string& text) -> base::Status {
    if (!value.is_string()) return wrong("a text");
    text = value.get<std::string>();
    return {};
  };
  if (key == "kind") return read_text(request.kind);
  if (key == "fence") {
    const bool known = std::ranges::find(fences, value) != fences.end();
    return known ? read_text(request.fence) : wrong("power, direct, expiry or an empty text");
  }
  if (key == "accept_loss") return read_flag(request.accept_loss);
  if (key == "accept_split_brain_risk") return read_flag(request.accept_split_brain_risk);
  if (key == "even_if_not_ready") return read_flag(request.even_if_not_ready);
  return base::fail(base::ErrorCode::bad_request, "unknown field '" + key + "'");
}

}  // namespace

base::Result<OperationRequest> parse_request(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return base::fail(base::ErrorCode::bad_request, "the body is not a JSON object");
  OperationRequest request;
  for (const auto& [key, value] : json.items()) {
    if (auto read = read_field(key, value, request); !read) return std::unexpected(read.error());
  }
  return request;
}

}  // namespace lifeboat::controller
