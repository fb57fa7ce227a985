#pragma once

#include "base/error.h"
#include "providers/local/paths.h"
#include "system/descriptor.h"

namespace lifeboat::cli {

/// Held by whatever makes or ends a stack, for as long as it lives: one `up` would else take away what another is
/// making. It is the stack's folder that is locked, so nothing is left of it, also after a kill.
class StackLock {
 public:
  /// Makes the folder when there is none. ErrorCode::operation_in_progress when another process holds the lock,
  /// permission_denied when the stack is another user's.
  static base::Result<StackLock> take(const local::StackPaths& paths);

 private:
  explicit StackLock(system::Descriptor folder) : folder_(std::move(folder)) {}
  system::Descriptor folder_;
};

}  // namespace lifeboat::cli
