#include "cli/serving.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lifeboat::cli {
namespace {

namespace fs = std::filesystem;

class ServingController : public testing::Test {
 protected:
  ~ServingController() override { fs::remove_all(paths_.root); }

  static fs::path make_root() {
    auto name = (fs::temp_directory_path() / "lifeboat-serving-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  static unsigned mode(const fs::path& file) { return static_cast<unsigned>(fs::status(file).permissions()); }

  const local::StackPaths paths_{make_root()};
};

TEST_F(ServingController, Is_found_while_its_mark_stands) {
  const auto tokens = make_serving_tokens();
  ASSERT_TRUE(tokens);
  EXPECT_NE(tokens->api_token, tokens->viewer_token);
  {
    const auto mark = ServingMark::set(paths_, 4711, *tokens);
    ASSERT_TRUE(mark) << mark.error().text();
    const auto serving = find_serving(paths_);
    ASSERT_TRUE(serving);
    EXPECT_EQ(serving->port, 4711);
    EXPECT_EQ(serving->pid, ::getpid());
    EXPECT_EQ(serving->token, tokens->api_token);
    EXPECT_EQ(mode(serving_file(paths_)), 0600u);
    EXPECT_EQ(mode(paths_.secrets() / "api_token"), 0600u);
    EXPECT_EQ(mode(paths_.secrets() / "viewer_token"), 0600u);
    EXPECT_EQ(mode(paths_.secrets()), 0700u);
  }
  EXPECT_FALSE(find_serving(paths_));
  EXPECT_FALSE(fs::exists(serving_file(paths_)));
}

TEST_F(ServingController, Is_no_later_process_with_the_same_number) {
  fs::create_directories(paths_.secrets());
  std::ofstream(paths_.secrets() / "api_token") << "token";
  std::ofstream(serving_file(paths_)) << R"({"address":"127.0.0.1","port":4711,"pid":)" << ::getpid()
                                      << R"(,"start_time_ticks":1})";
  EXPECT_FALSE(find_serving(paths_));
}

TEST_F(ServingController, Is_none_where_the_file_is_damaged) {
  for (const char* text : {"", "{", "[]", R"({"port":99999,"pid":1,"start_time_ticks":1})", R"({"port":"x"})"}) {
    std::ofstream(serving_file(paths_)) << text;
    EXPECT_FALSE(find_serving(paths_)) << text;
  }
}

}  // namespace
}  // namespace lifeboat::cli
