#include "events/core/router.h"

#include <gtest/gtest.h>

#include "events/core/query_string.h"

namespace lifeboat::events {
namespace {

TEST(Router, FindsEveryRouteOfTheContract) {
  EXPECT_EQ(match_route("POST", "/init").endpoint, Endpoint::init);
  EXPECT_EQ(match_route("POST", "/auth/register").endpoint, Endpoint::register_user);
  EXPECT_EQ(match_route("GET", "/auth/").endpoint, Endpoint::auth_check);
  for (const auto* path : {"/events", "/events/"}) {
    EXPECT_EQ(match_route("GET", path).endpoint, Endpoint::list_events);
    EXPECT_EQ(match_route("POST", path).endpoint, Endpoint::create_event);
  }
  EXPECT_EQ(match_route("GET", "/events/7").endpoint, Endpoint::get_event);
  EXPECT_EQ(match_route("HEAD", "/events/7").endpoint, Endpoint::get_event);
  EXPECT_EQ(match_route("PATCH", "/events/7").endpoint, Endpoint::patch_event);
  EXPECT_EQ(match_route("DELETE", "/events/7").endpoint, Endpoint::delete_event);
  EXPECT_EQ(match_route("GET", "/events/7").id, 7);
  EXPECT_EQ(match_route("GET", "/").endpoint, Endpoint::home);
  EXPECT_EQ(match_route("POST", "/lifeboat/marker").endpoint, Endpoint::marker);
}

TEST(Router, TellsAWrongMethodFromAWrongPath) {
  const auto wrong_method = match_route("PUT", "/events/7");
  EXPECT_FALSE(wrong_method.endpoint.has_value());
  EXPECT_EQ(wrong_method.allow, "DELETE, GET, HEAD, PATCH");
  for (const auto* path : {"", "//", "/event", "/events/x", "/events/-1", "/events/7/", "/events/<id>", "/auth"}) {
    const auto wrong_path = match_route("GET", path);
    EXPECT_FALSE(wrong_path.endpoint.has_value()) << path;
    EXPECT_EQ(wrong_path.allow, "") << path;
    EXPECT_EQ(wrong_path.path_label, "other") << path;
  }
}

TEST(Router, AnIdThatNoRecordCanHaveIsStillTheRoute) {
  const auto match = match_route("GET", "/events/99999999999999999999");
  EXPECT_EQ(match.endpoint, Endpoint::get_event);
  EXPECT_FALSE(match.id.has_value());
}

TEST(Router, OnlyTheListedPathsAreOpen) {
  EXPECT_TRUE(is_public("/readyz"));
  EXPECT_FALSE(is_public("/readyz/"));
  EXPECT_FALSE(is_public("/events/"));
  EXPECT_FALSE(is_public("/"));
}

TEST(QueryString, Decodes) {
  const auto pairs = parse_query("a=1&&b=x%20y+z&c&d=%zz%4");
  ASSERT_EQ(pairs.size(), 4U);
  EXPECT_EQ(pairs[1].second, "x y z");
  EXPECT_EQ(pairs[2].second, "");
  EXPECT_EQ(pairs[3].second, "%zz%4");
  EXPECT_EQ(percent_decode("/%65vents%", false), "/events%");
}

}  // namespace
}  // namespace lifeboat::events
