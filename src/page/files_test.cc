#include "page/files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace lifeboat::page {
namespace {

std::string on_disk(const std::string& path) {
  std::stringstream content;
  content << std::ifstream(std::string(LIFEBOAT_SOURCE_DIR) + path, std::ios::binary).rdbuf();
  return content.str();
}

TEST(Page, Holds_the_files_of_the_folder_byte_for_byte) {
  ASSERT_EQ(files().size(), 2u);
  for (const auto& file : files()) {
    const auto expected = on_disk("/src/page/test_dist" + std::string(file.path));
    EXPECT_FALSE(expected.empty()) << file.path;
    EXPECT_EQ(file.content, expected);
    EXPECT_EQ(file.hash.size(), 32u);
  }
  EXPECT_EQ(openapi(), on_disk("/docs/openapi.json"));
}

TEST(Page, Knows_the_types_that_a_browser_insists_on) {
  EXPECT_EQ(content_type("/assets/a-1.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(content_type("/index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(content_type("/assets/x"), "application/octet-stream");
}

}  // namespace
}  // namespace lifeboat::page
