#include "model/parse.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "model/address_block.h"
#include "model/checks.h"
#include "model/reader.h"
#include "model/region_catalogue.h"
#include "model/yaml_tree.h"

namespace lifeboat::model {

namespace {

/// AWS limits how often its interfaces may be asked.
constexpr std::chrono::seconds aws_detection_interval{5};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// A role that one region leaves out follows from the other's; without any, the first region is home.
bool first_is_home(const std::vector<RegionDraft>& regions) {
  return regions[0].role == "home" || (regions[0].role.empty() && regions[1].role != "home");
}

void fill_zones(Region& region) {
  if (!region.zones.empty()) return;
  for (std::string& zone : default_zones(region.name.value)) region.zones.push_back({std::move(zone)});
}

void fill_address_block(Region& region, const Region& other) {
  if (!region.address_block.empty()) return;
  const auto taken = parse_address_block(other.address_block);
  for (const std::string_view free : {"10.10.0.0/16", "10.20.0.0/16"}) {
    if (taken && parse_address_block(free)->overlaps(*taken)) continue;
    region.address_block = free;
    return;
  }
  region.address_block = "172.20.0.0/16";
}

// What the file leaves out and what depends on other keys of the file.
Stack settle(Draft draft) {
  Stack stack = std::move(draft.stack);
  const bool in_order = first_is_home(draft.regions);
  stack.home = std::move(draft.regions[in_order ? 0 : 1].region);
  stack.standby = std::move(draft.regions[in_order ? 1 : 0].region);
  fill_zones(stack.home);
  fill_zones(stack.standby);
  fill_address_block(stack.home, stack.standby);
  fill_address_block(stack.standby, stack.home);
  if (!stack.web.command.empty() && !draft.map.given("web.marker_path")) stack.web.marker_path.clear();
  if (stack.database.nodes == 1) stack.database.synchronous_in_region = false;
  return stack;
}

// What the checks have to see of what depends on other keys of the file.
void fill_world_defaults(Draft& draft) {
  if (draft.stack.world != World::aws || draft.map.given("recovery.detection_interval")) return;
  draft.stack.recovery.detection_interval = aws_detection_interval;
}

void run_checks(const Source& source, const Draft& draft, std::vector<Diagnostic>& diagnostics) {
  Checks checks(source, draft, diagnostics);
  for (const auto check : {check_regions, check_address_blocks, check_web, check_monitoring, check_notifications,
                           check_database, check_dns, check_recovery, check_aws})
    check(checks);
}

}  // namespace

ParseResult parse_stack(std::string_view text, std::string file_name) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const Source source(text, std::move(file_name));
  ParseResult result;
  const auto tree = read_yaml(source, result.diagnostics);
  if (!tree) return result;
  Draft draft = read_fields(source, *tree, result.diagnostics);
  fill_world_defaults(draft);
  run_checks(source, draft, result.diagnostics);
  std::ranges::stable_sort(result.diagnostics, {}, [](const Diagnostic& d) { return std::tie(d.line, d.column); });
  if (!has_errors(result.diagnostics)) result.stack = settle(std::move(draft));
  return result;
}

}  // namespace lifeboat::model
