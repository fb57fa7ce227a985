#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "providers/aws/stack_driver.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// Follows one stack from a moment on: its events as they come, and how it ends. One thread.
class StackWatch {
 public:
  StackWatch(const Work& work, base::RegionName region, std::string name);

  /// What has happened until now is not told.
  base::Status begin();
  /// Tells the events since, then waits until nothing is in progress any more; the last status, empty when the stack is
  /// gone. wait_expired when the deadline passes. `until` has to hold as well.
  enum class Until { quiet, begun_and_quiet };
  base::Result<std::string> settle(const StackDriver::OnEvent& on_event, Until until = Until::quiet);
  /// The first resource that failed since begin() for a reason of its own, as a sentence; empty: none.
  const std::string& first_failure() const { return first_failure_; }

 private:
  base::Status tell(const StackDriver::OnEvent& on_event);
  /// The events that nobody has asked for yet, oldest first; they count as asked for then.
  base::Result<std::vector<StackEvent>> untold();

  const Work& work_;
  base::RegionName region_;
  std::string name_;
  std::set<std::string> told_;  ///< Events' ids.
  std::string first_failure_;
  bool begun_ = false;  ///< The stack itself has had an event since begin().
};

/// A text of an answer; empty where it did not come.
std::string text_in(const aws::Json& json, const char* name);
/// CloudFormation's status of the stack; nothing when there is none. A stack that only has a change set is one
/// ("REVIEW_IN_PROGRESS").
base::Result<std::optional<std::string>> status_of(const Work& work, const base::RegionName& region,
                                                   const std::string& name);
/// The stack in full, with what it is made of.
base::Result<std::optional<StackState>> state_of(const Work& work, const base::RegionName& region,
                                                 const std::string& name);
/// Somebody works on the stack.
bool is_in_progress(std::string_view status);

}  // namespace lifeboat::aws_world
