#pragma once

#include <string>

#include "model/notifications.h"

namespace lifeboat::monitoring {

/// alertmanager.yml: every alert goes to all of the routes, those of one kind and region in one message. Without a
/// route nothing is sent, and the alerts are to be seen on the Alertmanagers' pages. `secrets_folder` is where the
/// files of model::secrets_of() are. It is JSON, which is YAML. Pure.
std::string alertmanager_yaml(const model::Notifications& routes, const std::string& secrets_folder);

}  // namespace lifeboat::monitoring
