#include "controller/page_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/report_html.h"
#include "system/hmac.h"

namespace lifeboat::controller {
namespace {

using system::HttpAnswer;

constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src "
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A file's name has its content's hash in it: it never changes.
constexpr const char* for_ever = "public, max-age=31536000, immutable";

HttpAnswer sentence(std::string text) {
  return {.status = 404, .body = std::move(text) + "\n", .content_type = "text/plain; charset=utf-8"};
}

}  // namespace

HttpAnswer page_answer(std::span<const page::File> files, const system::HttpCall& call) {
  const auto path = call.path == "/" ? std::string("/index.html") : call.path;
  const auto file = std::ranges::find(files, path, &page::File::path);
  HttpAnswer answer;
  if (files.empty()) {
    answer = sentence("This Lifeboat was built without its console (web/dist); the command line does all it does.");
  } else if (file == files.end()) {
    answer = sentence("There is no such file.");
  } else {
    const auto tag = fmt::format("\"{}\"", file->hash);
    answer.headers.emplace_back("ETag", tag);
    answer.headers.emplace_back("Cache-Control", call.path == "/" ? "no-store" : for_ever);
    answer.content_type = page::content_type(path);
    answer.status = call.header("if-none-match") == tag ? 304 : 200;
    if (answer.status == 200) answer.body = file->content;
  }
  answer.headers.emplace_back("Content-Security-Policy", page_policy);
  add_common_headers(answer);
  return answer;
}

HttpAnswer report_answer(std::string html, const std::string& name) {
  HttpAnswer answer{.body = std::move(html), .content_type = "text/html; charset=utf-8"};
  answer.headers.emplace_back(
      "Content-Security-Policy",
      fmt::format("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors "
                  "'none'",
                  system::sha256_base64(api::report_style())));
  if (!name.empty()) {
    answer.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  }
  return answer;
}

void add_common_headers(HttpAnswer& answer) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(answer.headers, [&](const auto& header) { return header.first == name; });
  };
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  if (!has("Cache-Control")) answer.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace lifeboat::controller
