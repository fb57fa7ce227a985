#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "providers/local/deadline.h"
#include "providers/local/region_context.h"
#include "system/clock.h"

namespace lifeboat::local::test {

/// The folder, addresses and secrets of a stack that no other test uses. Everything that was started in it ends with
/// it, by pid; the folder stays only when the test failed.
class AssetWorld {
 public:
  AssetWorld();
  ~AssetWorld();
  AssetWorld(const AssetWorld&) = delete;
  AssetWorld& operator=(const AssetWorld&) = delete;

  /// A region's context whose supervisor is the world's own.
  RegionContext& east() { return *east_; }
  RegionContext& west() { return *west_; }
  /// Ends everything of a region as a loss of its power does.
  void end_region(const RegionLayout& region);
  base::Instant in(int time_ms) const { return clock_.now() + base::Milliseconds{time_ms}; }
  Deadline within(int time_ms) const { return {clock_, in(time_ms)}; }

  std::filesystem::path folder;
  model::Stack stack;
  Layout layout;
  StackPaths paths;
  Secrets secrets;
  Programs programs;

  system::SystemClock& clock() { return clock_; }

 private:
  system::SystemClock clock_;
  int slot_lock_ = -1;
  std::unique_ptr<Supervisor> east_supervisor_;
  std::unique_ptr<Supervisor> west_supervisor_;
  std::unique_ptr<RegionContext> east_;
  std::unique_ptr<RegionContext> west_;
};

/// The tests' main: as root it becomes an unprivileged user first, since PostgreSQL and pgbouncer refuse root.
/// `programs` are those of the build that the tests start; see reachable().
int run_tests_unprivileged(int argc, char** argv, std::vector<std::filesystem::path> programs = {});

/// One of those programs as the user of the tests can reach it.
std::filesystem::path reachable(const std::filesystem::path& program);

}  // namespace lifeboat::local::test
