#include "golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lifeboat::cli {

void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(LIFEBOAT_GOLDEN_DIR) / name;
  if (std::getenv("LIFEBOAT_REWRITE") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return;
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream expected;
  expected << stream.rdbuf();
  ASSERT_TRUE(stream.good()) << file << " is missing";
  EXPECT_EQ(text, expected.str()) << file;
}

}  // namespace lifeboat::cli
