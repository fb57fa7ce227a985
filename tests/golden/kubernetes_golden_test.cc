#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "cli/cluster_files.h"
#include "golden.h"
#include "model/parse.h"

namespace lifeboat::cli {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// LIFEBOAT_REWRITE=1 writes the overlays of deploy/kubernetes anew.
TEST(KubernetesOverlays, Are_what_the_founding_stack_is_rendered_to) {
  const auto parsed = model::parse_stack(read_all(LIFEBOAT_SOURCE_DIR "/examples/two-region-web.yaml"), "");
  ASSERT_TRUE(parsed.stack);
  int overlays = 0;
  for (const auto& [path, text] : cluster_files(*parsed.stack)) {
    if (path.find("/overlays/") == std::string::npos) continue;
    expect_golden(path, text);
    ++overlays;
  }
  EXPECT_EQ(overlays, 8);
}

}  // namespace
}  // namespace lifeboat::cli
