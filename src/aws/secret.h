#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace lifeboat::aws {

/// Text that must reach no log, report or error message: it has no conversion to text, no stream operator and no
/// formatter, so that printing it does not compile. Whoever needs the text asks for it by name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  std::string_view reveal() const { return text_; }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

/// Who signs. The access key's id is not secret: AWS writes it into its own logs.
struct Credentials {
  std::string access_key_id = {};
  Secret secret_access_key = {};
  Secret session_token = {};                      ///< Empty for keys that live for ever.
  std::optional<base::WallTime> expires_at = {};  ///< Nothing: they do not expire.
};

}  // namespace lifeboat::aws
