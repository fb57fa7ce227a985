#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace lifeboat::base {

/// What the caller can do about an error; the command line's exit code follows from it.
enum class ErrorKind {
  invalid,      ///< The input is wrong; the same input will fail again.
  refused,      ///< Lifeboat could do it and will not, because it would break a promise.
  unavailable,  ///< Something that should answer does not; it may later.
  timeout,      ///< No answer within the time limit; whether the work was done is unknown.
  conflict,     ///< Somebody else holds what is needed: a port, a lock, a newer epoch.
  exhausted,    ///< Disk, memory, processes or addresses have run out.
  missing,      ///< A file, program or record that should exist does not.
  corrupt,      ///< Data that Lifeboat wrote does not read back as it should.
  internal,     ///< A defect in Lifeboat.
};

/// Every error that Lifeboat can report, by a code that never changes its meaning. The list is errors.def.
enum class ErrorCode {
#define LIFEBOAT_ERROR(name, kind, help) name,
#include "base/errors.def"
#undef LIFEBOAT_ERROR
};

/// The catalogue's entry for a code.
struct ErrorEntry {
  ErrorCode code;
  std::string_view name;  ///< As users see it and search for it, e.g. "port_taken".
  ErrorKind kind;
  std::string_view help;  ///< What to do next, one sentence; may be empty when the message says it.
};

/// Looks a code up. Never fails: every code is in the catalogue by construction.
const ErrorEntry& catalogue_entry(ErrorCode code);

/// A failure as a value: what was seen and where (message), which failure it is (code), what to do next (help).
struct Error {
  ErrorCode code;
  std::string message;
  std::string help;

  ErrorKind kind() const { return catalogue_entry(code).kind; }
  std::string_view name() const { return catalogue_entry(code).name; }
  /// "message (name)\n  help" as the command line prints it after "error: ".
  std::string text() const;
};

/// What crosses folders instead of exceptions.
template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

/// An error with the catalogue's help line, to return directly: `return fail(ErrorCode::port_taken, message);`
std::unexpected<Error> fail(ErrorCode code, std::string message);
/// The same with a help line that names the very thing to do next.
std::unexpected<Error> fail(ErrorCode code, std::string message, std::string help);
/// Puts "context: " before the message of an error on its way up.
std::unexpected<Error> wrap(Error error, std::string_view context);

std::string_view to_string(ErrorKind kind);
/// The code with this name; errors travel between processes by name. Unknown names give ErrorCode::unknown_error.
ErrorCode error_code_from_name(std::string_view name);

}  // namespace lifeboat::base
