#include "events/core/envelope.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "events/core/http_date.h"

namespace lifeboat::events {
namespace {

using nlohmann::json;

TEST(Envelope, SuccessIsSortedAndKeepsNonAscii) {
  const json event = {{"name", "Łódź 😀"}, {"id", 3}, {"created", http_date(1646694782)}};
  const auto response = success(201, message::created, event);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, R"({"dataset":{"created":"Mon, 07 Mar 2022 23:13:02 GMT","id":3,"name":"Łódź 😀"},)"
                           R"("status":{"message":"101: Created.","records":1,"success":true}})"
                           "\n");
}

TEST(Envelope, FailureHasNoDataset) {
  EXPECT_EQ(failure(404, message::invalid_endpoint).body,
            R"({"status":{"message":"600: Invalid endpoint.","records":0,"success":false}})"
            "\n");
  EXPECT_EQ(invalid(json{{"name", {"Unknown field."}}}).body,
            R"({"status":{"message":{"name":["Unknown field."]},"records":0,"success":false}})"
            "\n");
}

TEST(Envelope, UnavailableSaysWhenToComeBack) {
  const auto response = unavailable(message::read_only);
  EXPECT_EQ(response.status, 503);
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].first, "Retry-After");
}

TEST(Envelope, BytesThatAreNotUtf8DoNotThrow) {
  EXPECT_EQ(to_text(json("a\xFF")), "\"a\xEF\xBF\xBD\"\n");
}

TEST(HttpDate, IsUtcAndPadded) {
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(1709078401), "Wed, 28 Feb 2024 00:00:01 GMT");
  EXPECT_EQ(http_date(1709251199), "Thu, 29 Feb 2024 23:59:59 GMT");
}

}  // namespace
}  // namespace lifeboat::events
