#include "cli/console_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/document.h"

namespace lifeboat::cli {

std::string console_text(const Terminal& terminal, const ConsolePlace& place) {
  auto text = fmt::format("The console of {}: {}\n", paint(terminal, Tone::strong, place.stack),
                          paint(terminal, Tone::accent, place.url));
  if (!place.answers) text += paint(terminal, Tone::bad, "It does not answer now: run 'lifeboat up'.") + "\n";
  if (!place.has_page) {
    text +=
        paint(terminal, Tone::bad,
              "This lifeboat was built without the page: build it in web/ ('npm run build'), then lifeboat again.") +
        "\n";
  }
  text +=
      fmt::format("\nSign in with what is in one of these files; nobody else may read them:\n  {}  may do everything\n",
                  place.token_file);
  if (place.viewer_token_file) {
    text += fmt::format("  {}  may only look\n", *place.viewer_token_file);
  } else {
    text += "  (a token that may only look: run 'lifeboat up' to make it)\n";
  }
  return text + fmt::format(
                    "\nFrom another machine, as it listens on this one only:\n  ssh -L 7000:{} THIS_MACHINE   then "
                    "open http://localhost:7000/\n",
                    place.address);
}

std::string console_document(const ConsolePlace& place) {
  nlohmann::ordered_json json = {{"version", api::document_version},
                                 {"stack", place.stack},
                                 {"url", place.url},
                                 {"token_file", place.token_file},
                                 {"viewer_token_file", nullptr}};
  if (place.viewer_token_file) json["viewer_token_file"] = *place.viewer_token_file;
  json["answers"] = place.answers;
  json["has_page"] = place.has_page;
  return json.dump();
}

}  // namespace lifeboat::cli
