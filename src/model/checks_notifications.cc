#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "model/checks.h"

namespace lifeboat::model {
namespace {

// The port that is written at the end of "host:port"; -1 when none is.
int port_of(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == authority.npos || authority.back() == ']') return -1;
  return std::atoi(std::string(authority.substr(colon + 1)).c_str());
}

void check_known_port(Checks& checks, std::string_view path, int port) {
  constexpr int last_port = 65'535;
  if (port == -1 || (port >= 1 && port <= last_port)) return;
  checks.error({path}, fmt::format("{} is no port", port), "write one from 1 to 65535");
}

void check_webhook(Checks& checks) {
  constexpr std::string_view path = "monitoring.webhook.url";
  const std::string_view url = checks.stack().monitoring.notifications.webhook.url;
  if (url.empty()) return;
  const auto host = url.find("://") + 3;
  const auto end = std::min(url.find_first_of("/?", host), url.size());
  check_known_port(checks, path, port_of(url.substr(host, end - host)));
  const bool secret = std::ranges::any_of(std::array<std::string_view, 4>{"token=", "key=", "secret=", "password="},
                                          [&](std::string_view word) { return url.substr(end).contains(word); });
  if (secret) {
    checks.warning({path}, "the URL looks as if it held a secret, and a stack file is no place for one",
                   "let the receiver ask for a bearer token, and name its file in 'token_file'");
  }
}

void check_email(Checks& checks) {
  const auto& email = checks.stack().monitoring.notifications.email;
  if (!email.smarthost.empty()) check_known_port(checks, "monitoring.email.smarthost", port_of(email.smarthost));
  if (email.username.empty() == email.password_file.empty()) return;
  checks.error({email.username.empty() ? "monitoring.email.password_file" : "monitoring.email.username",
                "monitoring.email.password_file", "monitoring.email.username"},
               "the mail server's user and the file with the password go together",
               email.username.empty() ? "add 'username:'" : "add 'password_file:'");
}

}  // namespace

void check_notifications(Checks& checks) {
  check_webhook(checks);
  check_email(checks);
}

}  // namespace lifeboat::model
