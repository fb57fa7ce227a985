#include "events/core/token.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace lifeboat::events {
namespace {

TEST(Token, HasItsShapeAndIsNeverTheSame) {
  std::set<std::string> seen;
  std::map<char, int> letters;
  for (int i = 0; i < 2000; ++i) {
    const auto token = make_token();
    ASSERT_TRUE(token.has_value());
    EXPECT_TRUE(is_token_shaped(*token)) << *token;
    for (const char c : token->substr(1)) ++letters[c];
    seen.insert(*token);
  }
  EXPECT_EQ(seen.size(), 2000U);
  ASSERT_EQ(letters.size(), 36U);
  // 98,000 letters, 2,722 of each expected; 400 is more than seven standard deviations.
  for (const auto& [letter, count] : letters) EXPECT_NEAR(count, 2722, 400) << letter;
}

TEST(Token, ShapeIsStrict) {
  EXPECT_TRUE(is_token_shaped("R" + std::string(49, '0')));
  EXPECT_FALSE(is_token_shaped("R" + std::string(48, '0')));
  EXPECT_FALSE(is_token_shaped("X" + std::string(49, '0')));
  EXPECT_FALSE(is_token_shaped("R" + std::string(49, 'a')));
  EXPECT_FALSE(is_token_shaped(""));
}

TEST(Token, HashIsSha256) {
  EXPECT_EQ(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Token, ComesWithOrWithoutTheScheme) {
  EXPECT_EQ(token_from_header("Bearer RABC"), "RABC");
  EXPECT_EQ(token_from_header("bearer   RABC "), "RABC");
  EXPECT_EQ(token_from_header("RABC"), "RABC");
  EXPECT_EQ(token_from_header("Basic RABC"), "Basic RABC");
  EXPECT_EQ(token_from_header(""), "");
}

TEST(Token, SecretsCompareWhole) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
}

}  // namespace
}  // namespace lifeboat::events
