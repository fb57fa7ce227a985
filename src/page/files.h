#pragma once

#include <span>
#include <string_view>

namespace lifeboat::page {

/// A file of the console's page, as it lies in web/dist; it lives as long as the program.
struct File {
  std::string_view path;  ///< "/index.html", "/assets/index-4f2a.js".
  std::string_view content;
  std::string_view hash;  ///< SHA-256 of the content, the first 32 hexadecimal digits.
};

/// Empty when the program was built without the page.
std::span<const File> files();

/// docs/openapi.json.
std::string_view openapi();

/// By the name's ending; "application/octet-stream" for one that is not known.
std::string_view content_type(std::string_view path);

}  // namespace lifeboat::page
