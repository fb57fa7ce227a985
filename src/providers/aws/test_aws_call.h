#pragma once

#include <fmt/format.h>

#include <map>
#include <string>

#include "aws/answer.h"
#include "providers/aws/test_aws.h"

namespace lifeboat::aws_world::testing {

/// A request as the simulated services see it.
struct TestAws::Call {
  std::string service;
  std::string region;
  std::string operation;
  std::map<std::string, std::string> fields;
  std::string path;
  std::string host;
  std::string body;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

inline aws::HttpAnswer ok(std::string body) {
  return {.status = 200, .headers = {}, .body = std::move(body)};
}

/// The answer of a service of the Query protocol.
inline std::string query(const std::string& operation, const std::string& result) {
  return fmt::format("<{0}Response><{0}Result>{1}</{0}Result></{0}Response>", operation, result);
}

inline aws::HttpAnswer refusal(int status, const std::string& code) {
  return {
      .status = status,
      .headers = {},
      .body = fmt::format("<ErrorResponse><Error><Code>{}</Code><Message>no</Message></Error></ErrorResponse>", code)};
}

}  // namespace lifeboat::aws_world::testing
