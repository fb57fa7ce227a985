#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "readiness/check.h"

namespace lifeboat::api {

struct CheckView {
  std::string id;
  std::string title;
  std::string state;  ///< passed, warning or failed.
  std::vector<std::string> evidence;
};

struct VerifyView {
  std::string stack;
  std::string verdict;  ///< ready or not_ready.
  std::vector<std::string> findings;
  std::vector<CheckView> checks;

  bool ready() const { return verdict == "ready"; }
};

VerifyView make_verify(const std::string& stack, const readiness::Verdict& verdict);

std::string to_document(const VerifyView& view);
base::Result<VerifyView> verify_from_document(std::string_view text);

}  // namespace lifeboat::api
