#include "controller/sessions.h"

#include <gtest/gtest.h>

namespace lifeboat::controller {
namespace {

using base::WallTime;

constexpr WallTime noon{base::Milliseconds{1'795'348'800'500}};

TEST(Sessions, Know_both_tokens_and_nothing_else) {
  const Sessions sessions("all", "look");
  EXPECT_EQ(sessions.role_of("all"), Role::operates);
  EXPECT_EQ(sessions.role_of("look"), Role::views);
  EXPECT_EQ(sessions.role_of("al"), std::nullopt);
  EXPECT_EQ(sessions.role_of(""), std::nullopt);
  EXPECT_EQ(Sessions("all", "").role_of(""), std::nullopt) << "a token that is missing lets nobody in";
}

TEST(Sessions, Outlive_the_controller_that_began_them) {
  const auto begun = Sessions("all", "look").begin(Role::views, noon);
  ASSERT_TRUE(begun);
  const auto found = Sessions("all", "look").find(begun->cookie, noon + base::Milliseconds{1000});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->role, Role::views);
  EXPECT_EQ(found->csrf, begun->csrf);
  EXPECT_EQ(found->expires_at, begun->expires_at);
}

TEST(Sessions, End_after_twelve_hours) {
  const Sessions sessions("all", "look");
  const auto begun = sessions.begin(Role::operates, noon);
  EXPECT_TRUE(sessions.find(begun->cookie, noon + Sessions::lifetime - base::Milliseconds{1000}));
  EXPECT_FALSE(sessions.find(begun->cookie, noon + Sessions::lifetime));
}

TEST(Sessions, Of_one_role_are_not_turned_into_the_other) {
  const Sessions sessions("all", "look");
  auto cookie = sessions.begin(Role::views, noon)->cookie;
  ASSERT_TRUE(cookie.starts_with("viewer."));
  EXPECT_FALSE(sessions.find("operator" + cookie.substr(6), noon));
}

TEST(Sessions, With_any_character_changed_are_none) {
  const Sessions sessions("all", "look");
  const auto cookie = sessions.begin(Role::operates, noon)->cookie;
  for (std::size_t place = 0; place < cookie.size(); ++place) {
    auto changed = cookie;
    changed[place] = changed[place] == '1' ? '2' : '1';
    EXPECT_FALSE(sessions.find(changed, noon)) << place;
    EXPECT_FALSE(sessions.find(cookie.substr(0, place), noon)) << place;
  }
}

TEST(Sessions, End_when_their_token_is_replaced) {
  const Sessions sessions("all", "look");
  const auto viewer = sessions.begin(Role::views, noon)->cookie;
  const auto operates = sessions.begin(Role::operates, noon)->cookie;
  const Sessions new_viewer("all", "other");
  EXPECT_FALSE(new_viewer.find(viewer, noon));
  EXPECT_TRUE(new_viewer.find(operates, noon));
  EXPECT_FALSE(Sessions("new", "look").find(operates, noon));
}

}  // namespace
}  // namespace lifeboat::controller
