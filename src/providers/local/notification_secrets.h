#pragma once

#include <filesystem>

#include "base/error.h"
#include "model/notifications.h"

namespace lifeboat::local {

/// Copies the files that the notification routes name, paths being relative to `stack_folder`, into `folder` (0700,
/// files 0600), where the Alertmanagers read them, and removes what no route needs any more. One that is not there any
/// more is kept as it was copied. Refuses a file that others may read, or that does not hold one secret. Errors:
/// bad_stack_file, disk_full, io_failed.
base::Status provide_notification_secrets(const model::Notifications& routes, const std::filesystem::path& stack_folder,
                                          const std::filesystem::path& folder);

}  // namespace lifeboat::local
