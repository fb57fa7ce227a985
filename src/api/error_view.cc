#include "api/error_view.h"

#include <nlohmann/json.hpp>

#include "api/document.h"

namespace lifeboat::api {

std::string error_document(const base::Error& error) {
  const nlohmann::json document = {{"version", document_version},
                                   {"error",
                                    {{"code", error.name()},
                                     {"kind", base::to_string(error.kind())},
                                     {"message", error.message},
                                     {"help", error.help}}}};
  // Messages quote what programs printed, which need not be UTF-8.
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

base::Error error_from_document(std::string_view text) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_object() && document.contains("error") && document["error"].is_object()) {
    const auto& error = document["error"];
    const auto text_of = [&error](const char* key) {
      const auto found = error.find(key);
      return found != error.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    return {base::error_code_from_name(text_of("code")), text_of("message"), text_of("help")};
  }
  return base::fail(base::ErrorCode::unknown_error,
                    "an answer that is no document: " + std::string(text.substr(0, 200)))
      .error();
}

}  // namespace lifeboat::api
