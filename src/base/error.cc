#include "base/error.h"

#include <array>
#include <utility>

namespace lifeboat::base {
namespace {

constexpr std::array catalogue = {
#define LIFEBOAT_ERROR(name, kind, help) ErrorEntry{ErrorCode::name, #name, ErrorKind::kind, help},
#include "base/errors.def"
#undef LIFEBOAT_ERROR
};

}  // namespace

const ErrorEntry& catalogue_entry(ErrorCode code) {
  return catalogue.at(static_cast<std::size_t>(code));
}

std::string Error::text() const {
  std::string out = message + " (" + std::string(name()) + ")";
  if (!help.empty()) out += "\n  " + help;
  return out;
}

std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return fail(code, std::move(message), std::string(catalogue_entry(code).help));
}

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string help) {
  return std::unexpected(Error{code, std::move(message), std::move(help)});
}

std::unexpected<Error> wrap(Error error, std::string_view context) {
  error.message = std::string(context) + ": " + error.message;
  return std::unexpected(std::move(error));
}

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::missing:
      return "missing";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::internal:
      return "internal";
  }
  std::unreachable();
}

ErrorCode error_code_from_name(std::string_view name) {
  for (const auto& entry : catalogue) {
    if (entry.name == name) return entry.code;
  }
  return ErrorCode::unknown_error;
}

}  // namespace lifeboat::base
