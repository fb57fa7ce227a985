#pragma once

#include <filesystem>

#include "base/error.h"
#include "cli/context.h"
#include "cli/stack_source.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

/// The stack that a command is about, in whichever world.
struct ChosenStack {
  local::StackPaths paths;  ///< Its folder below LIFEBOAT_HOME; of an aws stack there may be none yet.
  StackSource source;       ///< As its folder's file describes it, or the one that --stack names.
  bool is_installed = false;

  const model::Stack& stack() const { return source.stack; }
  bool is_aws() const { return source.stack.world == model::World::aws; }
};

/// True for what --stack may name in place of a stack: a path of a stack file.
bool names_a_file(const std::string& word);

/// The stack that the command is about: --stack (a name, or a stack file), else the only one there is, else the one
/// that ./stack.yaml names; and where there is none at all, ./stack.yaml itself when it describes an aws stack.
/// stack_unknown when there is none, bad_flag when it is not clear which, bad_stack_file with the diagnostics,
/// stack_exists when the file that --stack names describes another stack of that name than the one there is.
base::Result<ChosenStack> choose(const GlobalOptions& options);

/// A stack file that a command names, as a choice.
ChosenStack as_chosen(StackSource source, const local::StackPaths& paths);

/// A file that describes an installed stack otherwise, in what its data rest on, is about another one: stack_exists.
base::Status may_stand_for(const StackSource& source, const local::StackPaths& paths);

/// The choice's name alone, which needs no sound stack file.
base::Result<std::string> choose_stack(const GlobalOptions& options);

}  // namespace lifeboat::cli
