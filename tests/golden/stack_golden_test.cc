// Every broken stack file of golden/stack has its exact diagnostics beside it. LIFEBOAT_REWRITE=1 (or --rewrite) writes
// them anew: commit a rewrite only when each change can be explained.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include "model/parse.h"

namespace lifeboat::model {
namespace {

namespace fs = std::filesystem;

bool rewrite = false;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> broken_files() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(LIFEBOAT_GOLDEN_DIR)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

TEST(BrokenStackFiles, EachHasItsExactDiagnostics) {
  for (const fs::path& path : broken_files()) {
    const std::string text = read_file(path);
    const ParseResult result = parse_stack(text, path.filename().string());
    const std::string rendered = render(result.diagnostics, text);
    EXPECT_FALSE(result.stack.has_value()) << path;
    EXPECT_TRUE(has_errors(result.diagnostics)) << path;
    const fs::path expected = fs::path(path).replace_extension(".txt");
    if (rewrite)
      std::ofstream(expected, std::ios::binary) << rendered;
    else
      EXPECT_EQ(rendered, read_file(expected)) << path;
  }
}

TEST(BrokenStackFiles, ThereAreMoreThanForty) {
  EXPECT_GT(broken_files().size(), 40u);
}

}  // namespace
}  // namespace lifeboat::model

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  lifeboat::model::rewrite =
      std::getenv("LIFEBOAT_REWRITE") != nullptr || (argc > 1 && std::string_view(argv[1]) == "--rewrite");
  return RUN_ALL_TESTS();
}
