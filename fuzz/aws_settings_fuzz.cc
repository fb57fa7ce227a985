// Any bytes as the files and answers that AWS credentials come from, as endpoints and as times: read or refused.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/credential_link.h"
#include "aws/endpoint.h"
#include "aws/profile.h"
#include "aws/request.h"
#include "aws/time_text.h"
#include "base/assert.h"

namespace {

using namespace lifeboat;

void check_endpoint(std::string_view text) {
  const auto endpoint = aws::parse_endpoint(text);
  if (!endpoint) return;
  const aws::Request request{.scheme = endpoint->scheme, .host = endpoint->host, .path = endpoint->path};
  const auto again = aws::parse_endpoint(request.url());
  LIFEBOAT_ASSERT(again && again->host == endpoint->host && again->path == endpoint->path,
                  "an endpoint is the one it was read as");
  LIFEBOAT_ASSERT(request.url().find_first_of("@ \r\n") > request.url().find('/', 8),
                  "an endpoint's host is a host only");
}

void check_times(std::string_view text) {
  for (const auto& time : {aws::from_rfc3339(text), aws::from_http_date(text)}) {
    if (time)
      LIFEBOAT_ASSERT(aws::from_rfc3339(aws::to_rfc3339(*time)) == *time || *time < base::WallTime(),
                      "a time survives its way");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(aws::Profiles::parse(text, text));
  const auto found = aws::credentials_from_json(text, "it");
  LIFEBOAT_ASSERT(found || found.error().is_broken, "credentials that cannot be read are a mistake, not an absence");
  check_endpoint(text);
  check_times(text);
  return 0;
}
