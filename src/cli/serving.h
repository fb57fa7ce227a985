#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

/// The controller that a process of this machine has of an aws stack.
struct Serving {
  std::uint16_t port = 0;  ///< On 127.0.0.1.
  int pid = 0;
  std::string token;  ///< Secret; an operator's.
};

/// Where it is written down: "serving.json" of the stack's folder, beside the tokens in files of their own (0600).
std::string serving_file(const local::StackPaths& paths);

/// The one that serves now; nothing when there is none, or when the process that was written down has ended.
std::optional<Serving> find_serving(const local::StackPaths& paths);

/// The tokens of a controller that is about to begin: fresh ones.
struct ServingTokens {
  std::string api_token;
  std::string viewer_token;
};
base::Result<ServingTokens> make_serving_tokens();

/// Says that this process serves, for as long as the object lives.
class ServingMark {
 public:
  static base::Result<ServingMark> set(const local::StackPaths& paths, std::uint16_t port, const ServingTokens& tokens);
  ~ServingMark();
  ServingMark(ServingMark&& other) noexcept;
  ServingMark& operator=(ServingMark&& other) noexcept;

  void remove();

 private:
  explicit ServingMark(std::string file) : file_(std::move(file)) {}
  std::string file_;  ///< Empty once it was moved or removed.
};

}  // namespace lifeboat::cli
