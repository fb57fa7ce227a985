#include "aws/recording_transport.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "aws/json.h"
#include "base/assert.h"

namespace lifeboat::aws::testing {
namespace {

/// "Credential=ID/20261124/us-east-2/rds/aws4_request, …" → "us-east-2/rds".
std::string scope_of(std::string_view text) {
  constexpr std::string_view before = "Credential=";
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  text = text.substr(0, text.find("/aws4_request"));
  for (int skipped = 0; skipped < 2; ++skipped) text.remove_prefix(std::min(text.find('/') + 1, text.size()));
  return std::string(text);
}

bool is_secret(std::string_view name) {
  const auto lower = lower_case(name);
  return lower == "authorization" || lower == "x-amz-security-token" || lower == "x-amz-signature" ||
         lower == "x-amz-credential";
}

/// A form with what is secret in it taken out: its fields are "Name=value" between '&'.
std::string without_secrets(std::string form) {
  static constexpr std::array names{"MasterUserPassword=", "PreSignedUrl=", "WebIdentityToken="};
  for (const std::string_view name : names) {
    const auto at = form.starts_with(name) ? 0 : form.find(fmt::format("&{}", name));
    if (at == std::string::npos) continue;
    const auto value = form.find('=', at) + 1;
    form.replace(value, std::min(form.find('&', value), form.size()) - value, "redacted");
  }
  return form;
}

Json public_fields(const Fields& fields) {
  Json kept = Json::array();
  for (const auto& [name, value] : fields) {
    if (!is_secret(name)) kept.push_back({name, value});
  }
  return kept;
}

}  // namespace

std::string request_line(const Request& request) {
  const bool is_form = request.header("content-type").starts_with("application/x-www-form-urlencoded");
  const Json line{{"method", request.method},
                  {"host", request.host},
                  {"path", request.path},
                  {"query", public_fields(request.query)},
                  {"headers", public_fields(request.headers)},
                  {"body", is_form ? without_secrets(request.body) : request.body},
                  {"scope", scope_of(request.header("authorization"))}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void record(const Request& request) {
  const auto* folder = std::getenv("LIFEBOAT_REQUEST_LOG");
  if (folder == nullptr) return;
  const auto line = request_line(request);
  // One write each, at the end, so that threads do not mix their lines.
  const int file = ::open(fmt::format("{}/{}.jsonl", folder, ::getpid()).c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
  LIFEBOAT_ASSERT(file >= 0, "LIFEBOAT_REQUEST_LOG names a folder that can be written to");
  const auto written = ::write(file, line.data(), line.size());
  LIFEBOAT_ASSERT(::close(file) == 0 && written == static_cast<ssize_t>(line.size()), "a line is written whole");
}

std::expected<HttpAnswer, ExchangeFailure> RecordingTransport::send(const Request& request,
                                                                    const ExchangeLimits& limits) {
  record(request);
  return inner_.send(request, limits);
}

}  // namespace lifeboat::aws::testing
