#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "aws/secret.h"
#include "base/error.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/database.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// The program of a stack and its digest: aws.program relative to the stack file's folder, else `events_binary`.
/// file_missing with what to do when it is not there.
struct Program {
  std::filesystem::path path;  ///< Empty: none (an adopted stack).
  std::string digest;
};
base::Result<Program> find_program(const model::Stack& stack, const std::filesystem::path& stack_folder,
                                   const std::filesystem::path& events_binary);

/// The token that opens the application's marker endpoint: the one that stands in either region's config, else a new
/// one. Found when it is first needed, and kept. Callable from any thread.
class MarkerToken {
 public:
  MarkerToken(model::Stack stack, Names names) : stack_(std::move(stack)), names_(std::move(names)) {}

  /// Empty where the application has no such endpoint, or is an adopted one whose token nobody told us. Errors of the
  /// buckets, because a token that differs would close the endpoint; a region that does not answer is passed over, for
  /// the other one has the same.
  base::Result<aws::Secret> get(const Work& work);

 private:
  base::Result<aws::Secret> find(const Work& work) const;

  model::Stack stack_;
  Names names_;
  std::mutex mutex_;
  std::optional<aws::Secret> kept_;
};

/// What the regions' buckets hold for the web instances: the application, and where the databases are.
///
/// The marker token opens the application's marker endpoint. It is made on this machine and stands in config/web.json,
/// which the public cannot read and the instances' role can; it is in no template, no user data and no argument.
class WebFiles {
 public:
  struct Parts {
    model::Stack stack;
    Names names;
    base::Result<Program> program;  ///< An error is reported when it is to be uploaded, not before.
    MarkerToken& marker_token;      ///< Outlives the object.
  };
  explicit WebFiles(Parts parts) : parts_(std::move(parts)) {}

  /// Uploads the program to the region's bucket, unless it is there.
  base::Status upload_program(const Work& work, const base::RegionName& region) const;
  /// Writes config/web.json of the region: where both databases are. A database that is not there, or whose region does
  /// not answer, keeps what stood there before.
  base::Status write_config(const Work& work, const DatabaseService& service, const base::RegionName& region) const;

 private:
  Parts parts_;
};

}  // namespace lifeboat::aws_world
