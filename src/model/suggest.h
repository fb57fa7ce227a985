#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace lifeboat::model {

/// The candidate that the word was probably meant to be: one within a third of its length in edits (swapped neighbours
/// count as one), letter case aside, or one that the word abbreviates or has a prefix to
/// spare or wanting (t3.small, db.t3.small). Nothing when none is that near.
std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace lifeboat::model
