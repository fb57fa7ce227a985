#include "cli/host_progress.h"

#include <algorithm>
#include <array>

namespace lifeboat::cli {
namespace {

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != text.npos;
}

}  // namespace

bool is_worth_a_line(std::string_view sentence) {
  static constexpr std::array<std::string_view, 8> ways{
      " CREATE_IN_PROGRESS", " CREATE_COMPLETE", " UPDATE_IN_PROGRESS", " UPDATE_COMPLETE",
      " DELETE_IN_PROGRESS", " DELETE_COMPLETE", " DELETE_SKIPPED",     " REVIEW_IN_PROGRESS"};
  const bool is_a_way = std::ranges::any_of(ways, [sentence](std::string_view way) { return contains(sentence, way); });
  return !is_a_way || contains(sentence, ": lifeboat-");
}

}  // namespace lifeboat::cli
