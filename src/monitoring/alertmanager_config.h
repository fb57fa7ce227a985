#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/notifications.h"

namespace lifeboat::monitoring {

/// A secret of the stack file's notification routes.
struct NotificationSecret {
  std::string_view name;  ///< Of the file with it, in the folder that the Alertmanagers read.
  std::string source;     ///< The file as the stack file names it.
};

/// Those that the routes need; none of them is in what alertmanager_yaml() returns. Pure.
std::vector<NotificationSecret> notification_secrets(const model::Notifications& routes);

/// alertmanager.yml: every alert goes to all of the routes, those of one kind and region in one message. Without a
/// route nothing is sent, and the alerts are to be seen on the Alertmanagers' pages. `secrets_folder` is where the
/// files of notification_secrets() are. It is JSON, which is YAML. Pure.
std::string alertmanager_yaml(const model::Notifications& routes, const std::string& secrets_folder);

}  // namespace lifeboat::monitoring
