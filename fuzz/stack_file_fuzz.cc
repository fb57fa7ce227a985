// Any bytes given to the stack file's parser: an answer, never a crash. Run: stack_file_fuzz -max_len=4096 CORPUS
// examples tests/golden/stack

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "model/describe.h"
#include "model/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = lifeboat::model::parse_stack(text, "fuzz.yaml");
  LIFEBOAT_ASSERT(result.stack.has_value() != lifeboat::model::has_errors(result.diagnostics),
                  "either a stack or an error");
  LIFEBOAT_ASSERT(lifeboat::model::render(result.diagnostics, text).empty() == result.diagnostics.empty(),
                  "every finding is shown");
  if (result.stack) (void)lifeboat::model::stack_to_json(*result.stack);
  return 0;
}
