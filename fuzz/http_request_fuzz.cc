// Feeds bytes to all that a client's bytes reach before the database: HTTP parser, router, token, JSON, validation.

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/assert.h"
#include "events/core/query_string.h"
#include "events/core/router.h"
#include "events/core/token.h"
#include "events/core/validation.h"

namespace lifeboat::events {
namespace {

/// What is accepted must be within its limits; what is refused must be an envelope.
void check_form(Form form, std::string_view body) {
  const auto read = read_form(form, body);
  if (!read) {
    const auto envelope = nlohmann::json::parse(read.error().body, nullptr, false);
    LIFEBOAT_ASSERT(!envelope.is_discarded() && envelope["status"]["success"] == false, "a refusal is an envelope");
    LIFEBOAT_ASSERT(read.error().status == 400 || read.error().status == 409, "a refusal is the client's");
    return;
  }
  for (const auto& [name, text] : *read) {
    LIFEBOAT_ASSERT(code_points(text) <= 200 && !text.empty(), "accepted text is within its limits");
    LIFEBOAT_ASSERT(text.find('\0') == std::string::npos, "PostgreSQL cannot store U+0000");
  }
}

void check_request(std::string_view method, std::string_view target, std::string_view authorization,
                   std::string_view body) {
  const auto path = percent_decode(target.substr(0, target.find('?')), false);
  const auto match = match_route(method, path);
  LIFEBOAT_ASSERT(!match.endpoint || !match.allow.empty(), "a route that exists allows its method");
  if (match.id) LIFEBOAT_ASSERT(*match.id >= 0, "ids are not negative");
  const auto token = token_from_header(authorization);
  if (is_token_shaped(token)) LIFEBOAT_ASSERT(token_hash(token).size() == 64, "a hash has 64 digits");
  const auto question = target.find('?');
  if (question != std::string_view::npos) {
    const auto page = read_page(target.substr(question + 1));
    if (page) LIFEBOAT_ASSERT(page->after >= 0, "pages go forward");
  }
  for (const auto form : {Form::event, Form::event_patch, Form::user}) check_form(form, body);
  static_cast<void>(read_marker(body));
}

}  // namespace
}  // namespace lifeboat::events

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace http = boost::beast::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(64 * 1024);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text), error);
  if (!error && parser.is_done()) {
    const auto& request = parser.get();
    lifeboat::events::check_request(request.method_string(), request.target(), request[http::field::authorization],
                                    request.body());
  }
  // Most inputs are not HTTP; those reach the rest as target and body at once.
  const auto line = text.find('\n');
  lifeboat::events::check_request("GET", text.substr(0, line), text.substr(0, line),
                                  line == std::string_view::npos ? text : text.substr(line + 1));
  return 0;
}
