#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace lifeboat::cli {

/// A few lines at the bottom of a terminal that are redrawn in place. Where nobody watches they are not shown at all,
/// and in JSON nothing is. Erased when it goes.
class LiveLines {
 public:
  explicit LiveLines(Context& context) : context_(context) {}
  ~LiveLines();
  LiveLines(const LiveLines&) = delete;
  LiveLines& operator=(const LiveLines&) = delete;

  /// Puts these lines in place of the last ones; longer ones are cut by the caller.
  void show(const std::vector<std::string>& lines);
  /// Prints a line that stays, above the live ones. Nothing in JSON.
  void print_above(const std::string& line);

 private:
  std::string erasure() const;

  Context& context_;
  std::vector<std::string> shown_;
};

}  // namespace lifeboat::cli
