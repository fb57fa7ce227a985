#pragma once

#include <string>

namespace lifeboat::cli {

/// Fails unless the file of that name below LIFEBOAT_GOLDEN_DIR has this text; LIFEBOAT_REWRITE=1 writes it anew.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace lifeboat::cli
