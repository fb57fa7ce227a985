#include "journal/timed_folder.h"

#include <gtest/gtest.h>

#include <vector>

#include "journal/memory_folder.h"

namespace lifeboat::journal {
namespace {

using namespace std::chrono_literals;

/// Three milliseconds pass between any two looks.
class TickingClock : public ports::Clock {
 public:
  base::Instant now() const override { return now_ += 3ms; }
  base::WallTime wall_now() const override { return {}; }

 private:
  mutable base::Instant now_;
};

TEST(TimedFolder, Tells_how_long_syncs_took_and_nothing_of_those_that_failed) {
  MemoryDisk disk;
  const TickingClock clock;
  std::vector<std::chrono::nanoseconds> syncs;
  const auto folder = measure_syncs(std::make_unique<MemoryFolder>(disk), clock,
                                    [&](std::chrono::nanoseconds took) { syncs.push_back(took); });
  ASSERT_TRUE(folder->append("a", "text").has_value());
  EXPECT_TRUE(syncs.empty());
  ASSERT_TRUE(folder->sync("a").has_value());
  EXPECT_EQ(syncs, std::vector<std::chrono::nanoseconds>{3ms});
  EXPECT_EQ(*folder->read("a"), "text");
  disk.cut_off = [] { return true; };
  EXPECT_FALSE(folder->sync("a").has_value());
  EXPECT_EQ(syncs.size(), 1u);
}

}  // namespace
}  // namespace lifeboat::journal
