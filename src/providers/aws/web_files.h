#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "aws/secret.h"
#include "base/error.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/database.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// What the regions' buckets hold for the web instances: the application, and where the databases are.
///
/// The marker token opens the application's marker endpoint. It is made on this machine and stands in config/web.json,
/// which the public cannot read and the instances' role can; it is in no template, no user data and no argument.
class WebFiles {
 public:
  struct Parts {
    model::Stack stack;
    Names names;
    std::filesystem::path program;  ///< The file that is uploaded; empty: none (an adopted stack).
    std::string program_digest;     ///< Of its content.
    aws::Secret marker_token;       ///< Empty: the application has no marker endpoint.
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

/// The program of a stack and its digest: aws.program relative to the stack file's folder, else `events_binary`.
/// file_missing with what to do when it is not there.
struct Program {
  std::filesystem::path path;
  std::string digest;
};
base::Result<Program> find_program(const model::Stack& stack, const std::filesystem::path& stack_folder,
                                   const std::filesystem::path& events_binary);

/// The token that stands in either region's config; a new one when neither has one. Errors of the buckets, because a
/// token that differs would close the endpoint.
base::Result<aws::Secret> find_marker_token(const Work& work, const model::Stack& stack, const Names& names);

}  // namespace lifeboat::aws_world
