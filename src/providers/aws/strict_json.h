#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace lifeboat::aws_world {

/// Reads an object that Lifeboat wrote, and nothing else: exactly its members, each of exactly its kind. What does not
/// fit is kept as the first problem, and everything after it reads as empty, so that the caller asks once at the end.
class StrictObject {
 public:
  /// `members` are all that it has. `json` must outlive this.
  StrictObject(const nlohmann::json& json, std::initializer_list<std::string_view> members);

  std::uint64_t number(const char* name);
  bool boolean(const char* name);
  std::string text(const char* name);
  bool is_null(const char* name) const;
  const nlohmann::json& member(const char* name) const;
  /// Notes a problem of the caller's own.
  void reject(std::string problem);

  const std::string& problem() const { return problem_; }

 private:
  const nlohmann::json& json_;
  std::string problem_;
};

/// The text as JSON; null, which is no object, where it is none.
nlohmann::json parse_strictly(std::string_view text);

/// record_corrupt: the object at `place` is not what Lifeboat writes there.
std::unexpected<base::Error> damaged(const std::string& place, const std::string& problem);

}  // namespace lifeboat::aws_world
