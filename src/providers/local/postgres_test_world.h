#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "ports/clock.h"
#include "providers/local/deadline.h"
#include "providers/local/postgres_client.h"
#include "providers/local/region_database.h"

namespace lifeboat::local::test {

class BootClock final : public ports::Clock {
 public:
  base::Instant now() const override;
  base::WallTime wall_now() const override;
};

/// A region of the test's stack with an agent's parts: made anew by restart(), as when an agent is killed.
class TestRegion {
 public:
  TestRegion(const model::Stack& stack, const Layout& layout, const RegionLayout& region, const StackPaths& paths,
             const Secrets& secrets, const Programs& programs, ports::Clock& clock);
  ~TestRegion();

  /// Ends nothing that runs.
  void restart();
  RegionDatabase& database() { return *database_; }
  const RegionLayout& layout() const { return context_.region; }
  std::filesystem::path node_folder(const std::string& node) const { return context_.paths.asset(node); }
  std::filesystem::path data(const std::string& node) const { return node_folder(node) / "data"; }
  /// SIGKILL to the node's postmaster and to everything else that works in its data folder.
  void kill_node(const std::string& node);
  model::ObservedDatabaseNode observed(const std::string& node);
  bool lease_comes = true;  ///< False: whoever waits for a write lease waits in vain.

 private:
  RegionDatabase::AwaitLease await_lease();

  std::unique_ptr<Supervisor> supervisor_;
  RegionContext context_;
  std::unique_ptr<RegionDatabase> database_;
};

/// Two regions of database nodes at addresses that no other test uses, below a temporary folder. Everything ends and
/// goes with it.
class TestWorld {
 public:
  TestWorld();
  ~TestWorld();
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;

  TestRegion& east() { return *east_; }
  TestRegion& west() { return *west_; }
  /// A second agent of the east, for a process of its own.
  std::unique_ptr<TestRegion> another_agent();
  base::Instant in(base::Milliseconds time) const { return clock_.now() + time; }
  BootClock& clock() { return clock_; }
  const Secrets& secrets() const { return secrets_; }
  const StackPaths& paths() const { return paths_; }
  const Layout& layout() const { return layout_; }

  /// East reigns in epoch 1 with both nodes; with `west`, west is its complete replica.
  void build(bool west);
  /// A connection of the application's, as superuser, to a node's application database.
  PostgresClient client(TestRegion& region, const std::string& node);
  /// Runs a statement there and returns the first field. Fails the test on an error.
  std::string ask(TestRegion& region, const std::string& node, const std::string& sql);
  /// For conditions that are waited for: whether the statement's first field is `expected`. A server that is just being
  /// rebuilt or restarted says no.
  bool answers(TestRegion& region, const std::string& node, const std::string& sql, const std::string& expected);

 private:
  base::Result<PostgresClient> try_client(TestRegion& region, const std::string& node);

  std::filesystem::path folder_;
  model::Stack stack_;
  Layout layout_;
  StackPaths paths_;
  Secrets secrets_;
  Programs programs_;
  BootClock clock_;
  int slot_lock_ = -1;
  std::unique_ptr<TestRegion> east_;
  std::unique_ptr<TestRegion> west_;
};

/// Keeps both regions as their agents do, until it is destroyed.
class KeepingBoth {
 public:
  explicit KeepingBoth(TestWorld& world, base::Milliseconds pause = base::Milliseconds{50})
      : thread_([&world, pause](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            world.east().database().tick();
            world.west().database().tick();
            std::this_thread::sleep_for(pause);
          }
        }) {}

 private:
  std::jthread thread_;
};

}  // namespace lifeboat::local::test
