// Any bytes as what agents, the controller and its clients tell each other: read whole or refused, never a crash; what
// was read is written and read again without a change.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/log_view.h"
#include "api/operation_view.h"
#include "api/plan_view.h"
#include "api/report_view.h"
#include "api/status_view.h"
#include "api/verify_view.h"
#include "base/assert.h"
#include "providers/local/wire.h"

namespace {

using namespace lifeboat;

void check_wire(std::string_view text) {
  if (const auto region = local::region_from_wire(text); region) {
    const auto written = local::to_wire(*region);
    const auto again = local::region_from_wire(written);
    LIFEBOAT_ASSERT(again && local::to_wire(*again) == written, "an observation survives its way");
  }
  if (const auto facts = local::facts_from_wire(text); facts) {
    const auto written = local::to_wire(*facts);
    const auto again = local::facts_from_wire(written);
    LIFEBOAT_ASSERT(again && local::to_wire(*again) == written, "facts survive their way");
  }
  LIFEBOAT_ASSERT(!local::error_from_wire(text, 500).text().empty(), "an error says something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_wire(text);
  static_cast<void>(api::log_from_document(text));
  static_cast<void>(api::operation_from_document(text));
  static_cast<void>(api::plan_from_document(text));
  static_cast<void>(api::report_from_document(text));
  static_cast<void>(api::status_from_document(text));
  static_cast<void>(api::verify_from_document(text));
  return 0;
}
