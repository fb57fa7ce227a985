#pragma once

#include <string>

#include "api/verify_view.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

/// The verdict first, then every check with its evidence.
std::string verify_text(const Terminal& terminal, const api::VerifyView& verdict);

}  // namespace lifeboat::cli
