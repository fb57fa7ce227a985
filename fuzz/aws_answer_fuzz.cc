// Any bytes as what a service of AWS answers, to any operation: read whole or refused with a message, never a crash;
// what was read fits the row that it was read by, so that it can be read again as JSON.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/answer.h"
#include "base/assert.h"

namespace {

using namespace lifeboat;

std::vector<aws::Call> every_call() {
  std::vector<aws::Call> calls;
  for (const auto* service : aws::all_services()) {
    for (const auto& row : service->operations) calls.push_back(aws::find_call(service->name, row.name).value());
  }
  return calls;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto calls = every_call();
  if (size < 2) return 0;
  constexpr int statuses[] = {200, 200, 200, 400, 403, 404, 500, 503};
  const auto& call = calls[data[0] % calls.size()];
  const std::string body(reinterpret_cast<const char*>(data + 2), size - 2);
  const aws::HttpAnswer answer{.status = statuses[data[1] % 8],
                               .headers = {{"ETag", body.substr(0, 20)}, {"Content-Length", body.substr(0, 5)}},
                               .body = body};
  const auto read = aws::read_answer(call, answer);
  if (read) {
    const auto text = read->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    LIFEBOAT_ASSERT(nlohmann::json::accept(text), "what was read is JSON");
  } else {
    LIFEBOAT_ASSERT(!read.error().error().message.empty(), "a failure says something");
  }
  return 0;
}
