#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace lifeboat::api {

/// An error inside a document.
struct ErrorView {
  std::string code;
  std::string kind;
  std::string message;
  std::string help;
};

ErrorView view_of(const base::Error& error);
base::Error error_of(const ErrorView& view);

/// One thing that an operation does, as far as it is.
struct ProgressView {
  std::string asset;  ///< "us-east-2/web-1", or the effect where it is about no asset: "us-west-1 promote".
  std::string state;  ///< waiting, running, done, failing.
  std::int64_t elapsed_ms = 0;
  std::string detail;  ///< The last error while it is failing.
};

struct OperationView {
  std::string id;
  std::string kind;   ///< up, failover, switchover, failback, reprotect or drill.
  std::string phase;  ///< building, fencing, promoting …; ended.
  std::string state;  ///< running, or the verdict: done, done_unprotected, undone, refused, failed, superseded.
  std::string from;
  std::string to;
  std::int64_t started_at_ms = 0;  ///< Milliseconds since 1970.
  std::int64_t elapsed_ms = 0;     ///< So far, or in all.
  std::vector<ProgressView> progress;
  std::vector<std::string> sentences;  ///< What happened so far, as the log says it.
  std::optional<ErrorView> error;

  bool running() const { return state == "running"; }
};

std::string to_document(const OperationView& view);
base::Result<OperationView> operation_from_document(std::string_view text);

}  // namespace lifeboat::api
