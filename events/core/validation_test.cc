#include "events/core/validation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lifeboat::events {
namespace {

using nlohmann::json;

/// The message of a refusal with its status, as JSON.
json refusal(Form form, std::string_view body) {
  const auto read = read_form(form, body);
  if (read) return "accepted";
  return json::array({read.error().status, json::parse(read.error().body)["status"]["message"]});
}

json event(const char* name, const char* location, const char* description) {
  return {{"name", name}, {"location", location}, {"description", description}};
}

TEST(Validation, TakesWhatIsWithinTheLimits) {
  const auto read = read_form(Form::event, event("n", "l", "12345").dump());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->at("description"), "12345");
}

TEST(Validation, CountsCodePoints) {
  EXPECT_EQ(code_points("żółć"), 4U);
  EXPECT_EQ(code_points("😀"), 1U);
  std::string fifty;
  for (int i = 0; i < 50; ++i) fifty += "字";
  EXPECT_EQ(refusal(Form::event, event(fifty.c_str(), "l", "12345").dump()), "accepted");
  EXPECT_EQ(refusal(Form::event, event((fifty + "字").c_str(), "l", "12345").dump()),
            json::parse(R"([400, {"name": ["Length must be between 1 and 50."]}])"));
  EXPECT_EQ(
      refusal(Form::event, R"({"name":"\ud83d\ude00","location":"l","description":"\u00e9\u00e9\u00e9\u00e9\u00e9"})"),
      "accepted");
}

TEST(Validation, ReportsEveryErrorAtOnce) {
  EXPECT_EQ(refusal(Form::event, R"({"name": 1, "location": null, "x": 1})"),
            json::parse(R"([400, {"name": ["Not a valid string."], "location": ["Field may not be null."],
                            "description": ["Missing data for required field."], "x": ["Unknown field."]}])"));
  EXPECT_EQ(refusal(Form::user, R"({"username": "u", "email": ""})"),
            json::parse(R"([400, {"email": ["Not a valid email address.", "Length must be between 1 and 75."]}])"));
}

TEST(Validation, FixedFieldsAreAConflictWhateverElseIsWrong) {
  const auto conflict = json::parse(R"([409, "701: At least one provided field is not modifiable."])");
  for (const auto* field : {"id", "created"}) EXPECT_EQ(refusal(Form::event, json{{field, 1}}.dump()), conflict);
  for (const auto* field : {"id", "created", "token", "role"}) {
    EXPECT_EQ(refusal(Form::user, json{{field, 1}}.dump()), conflict);
  }
}

TEST(Validation, PatchNeedsNothing) {
  EXPECT_EQ(refusal(Form::event_patch, "{}"), "accepted");
}

TEST(Validation, KnowsJsonFromWhatLooksLikeIt) {
  const auto bad = json::parse(R"([400, "700: Unable to parse JSON."])");
  for (const auto* body : {"", " ", "{", "{'a':1}", "{\"a\":\"\xFF\"}", R"({"a":"\ud800"})", "{} {}", "nul"}) {
    EXPECT_EQ(refusal(Form::event, body), bad) << body;
  }
  EXPECT_EQ(refusal(Form::event, std::string(60000, '[')), bad);
  for (const auto* body : {"[]", "null", "1", "\"text\""}) {
    EXPECT_EQ(refusal(Form::event, body), json::parse(R"([400, {"_schema": ["Invalid input type."]}])")) << body;
  }
  EXPECT_EQ(refusal(Form::event_patch, R"({"name": "a\u0000b"})"),
            json::parse(R"([400, {"name": ["Not a valid string."]}])"));
}

TEST(Validation, Addresses) {
  for (const auto* good : {"a@b.co", "first.last+tag@sub.example.com", "\"odd name\"@example.com", "a@localhost",
                           "a@żółć.pl", "a@xn--d1acufc.xn--p1ai"}) {
    EXPECT_TRUE(is_email(good)) << good;
  }
  for (const auto* bad : {"", "@", "a", "a@", "@b.co", "a@b", "a@b.c", "a..b@c.de", ".a@b.co", "a.@b.co", "a b@c.de",
                          "a@-b.co", "a@b-.co", "a@b..co", "a@b.co.", "\"a@b.co"}) {
    EXPECT_FALSE(is_email(bad)) << bad;
  }
}

TEST(Validation, Markers) {
  EXPECT_EQ(*read_marker(R"({"number": 9223372036854775807})"), INT64_MAX);
  for (const auto* bad : {"", "[]", "{}", R"({"number": 9223372036854775808})", R"({"number": 1.0})",
                          R"({"number": "1"})", R"({"number": 1, "x": 2})"}) {
    EXPECT_FALSE(read_marker(bad).has_value()) << bad;
  }
}

TEST(Validation, Pages) {
  const auto read = read_page("limit=10&after=3&other=x");
  EXPECT_EQ(read->limit, 10);
  EXPECT_EQ(read->after, 3);
  EXPECT_FALSE(read_page("")->limit.has_value());
  for (const auto* bad : {"limit=", "limit=0", "limit=10001", "limit=1x", "after=-1", "after=99999999999999999999"}) {
    EXPECT_FALSE(read_page(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace lifeboat::events
