#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeboat::aws {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// One HTTP request as it will go over the wire, not yet signed or signed.
struct Request {
  std::string method = "GET";
  std::string scheme = "https";
  std::string host = {};   ///< With the port where it is not the scheme's own, as the Host header says it.
  std::string path = "/";  ///< Percent-encoded, exactly as sent.
  /// Numeric ones, tried in turn, to which the request goes in place of those that the host's name has; never by a
  /// proxy. Empty: the machine's resolver knows.
  std::vector<std::string> addresses = {};
  Fields query = {};    ///< Not encoded; `query_text` encodes it.
  Fields headers = {};  ///< Without Host, which follows from `host`.
  std::string body = {};

  /// The query as sent and as signed: every pair with its "=", so that both sides read the same.
  std::string query_text() const;
  std::string url() const;
  /// The header's value by a name in any case; empty when there is none.
  std::string_view header(std::string_view name) const;
  /// Replaces every header of that name, in any case, by one.
  void set_header(std::string_view name, std::string value);
};

/// Everything but letters, digits and "-._~" as %XX in upper case; slashes stay when `keep_slashes`.
std::string percent_encode(std::string_view text, bool keep_slashes = false);

/// ASCII only, whatever the locale.
std::string lower_case(std::string_view text);

}  // namespace lifeboat::aws
