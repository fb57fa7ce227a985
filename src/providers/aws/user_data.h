#pragma once

#include <string>

#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {

/// The script that a web instance runs at its first boot, the same for every instance of a region: it installs what
/// the instance needs, /opt/lifeboat/sql, and the application as a systemd unit. It holds no secret. Pure.
std::string user_data(const Scene& scene);

}  // namespace lifeboat::aws_world
