#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/signal.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "providers/local/address_claim.h"
#include "providers/local/power_switch.h"
#include "providers/local/scope_processes.h"
#include "providers/local/supervisor.h"
#include "system/descriptor.h"
#include "system/files.h"
#include "system/sockets.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using base::Milliseconds;

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(Milliseconds{2});
  }
  return false;
}

/// A scope in a folder of its own; whatever a test leaves in it is ended and removed.
class Scope : public testing::Test {
 protected:
  Scope() {
    std::string name = (fs::temp_directory_path() / "lifeboat-scope-XXXXXX").string();
    root_ = fs::path(::mkdtemp(name.data())) / "region";
    fs::create_directories(root_ / "logs");
  }
  ~Scope() override {
    kill_scope(root_);
    fs::remove_all(root_.parent_path());
  }

  ProcessSpec shell(const std::string& name, const std::string& script) const {
    ProcessSpec spec;
    spec.name = name;
    spec.argv = {"/bin/sh", "-c", script};
    spec.working_directory = root_ / name;
    spec.log_file = root_ / "logs" / (name + ".log");
    return spec;
  }

  fs::path root_;
};

/// Addresses that nobody claims, claimed; and a program of nobody's scope that listens on them.
struct Neighbour {
  Neighbour() {
    for (int block = 250; block > 200; --block) {
      prefix = "127." + std::to_string(block) + ".";
      auto taken = claim_addresses(prefix);
      if (!taken || !system::listening_sockets(prefix).empty()) continue;
      claim = *std::move(taken);
      break;
    }
    socket = system::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, (prefix + "0.1").c_str(), &address.sin_addr);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(socket.get(), 1), 0);
  }
  std::string prefix;
  system::Descriptor claim;
  system::Descriptor socket;
};

TEST_F(Scope, ThatIsOffEndsAlsoWhenAnotherStackHasItsAddresses) {
  Neighbour neighbour;
  const auto ended = end_scope(root_, neighbour.prefix, Milliseconds{1000});
  ASSERT_TRUE(ended) << ended.error().text();
  EXPECT_EQ(ended->processes_ended, 0);
  const auto fenced = power_off(root_, neighbour.prefix, Milliseconds{1000});
  ASSERT_FALSE(fenced) << "what listens at a fenced region's addresses may be its writer";
  EXPECT_EQ(fenced.error().code, base::ErrorCode::no_fence_certificate);
  neighbour.claim = system::Descriptor();
  EXPECT_FALSE(end_scope(root_, neighbour.prefix, Milliseconds{1000})) << "nobody else says that it is his";
}

TEST_F(Scope, SupervisorStartsAgainWhatDied) {
  Supervisor supervisor(root_);
  const auto first = supervisor.ensure(shell("sleeper", "sleep 1000"));
  ASSERT_TRUE(first) << first.error().text();
  ASSERT_EQ(::kill(*first, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] {
    const auto status = supervisor.status("sleeper");
    return status && status->pid != 0 && status->pid != *first;
  }));
  EXPECT_EQ(supervisor.status("sleeper")->last_exit, "signal 9");
  EXPECT_EQ(supervisor.status("sleeper")->starts, 2u);
}

TEST_F(Scope, SupervisorDoesNotStartAgainWhatWasStopped) {
  Supervisor supervisor(root_);
  ASSERT_TRUE(supervisor.ensure(shell("sleeper", "sleep 1000")));
  ASSERT_TRUE(supervisor.stop("sleeper"));
  EXPECT_EQ(supervisor.status("sleeper")->pid, 0);
  EXPECT_TRUE(asset_processes(root_, "sleeper").empty());
}

TEST_F(Scope, ASuccessorAdoptsWhatRunsAndReplacesWhatIsDescribedOtherwise) {
  pid_t first = 0;
  {
    Supervisor predecessor(root_);
    first = *predecessor.ensure(shell("sleeper", "sleep 1000"));
  }
  Supervisor successor(root_);
  EXPECT_EQ(*successor.ensure(shell("sleeper", "sleep 1000")), first);
  const auto other = successor.ensure(shell("sleeper", "sleep 2000"));
  ASSERT_TRUE(other);
  EXPECT_NE(*other, first);
  EXPECT_EQ(successor.status("sleeper")->starts, 1u);
}

TEST_F(Scope, AStopEndsTheDescendantsToo) {
  Supervisor supervisor(root_);
  ASSERT_TRUE(supervisor.ensure(shell("family", "sleep 1000 & sleep 1000 & wait")));
  ASSERT_TRUE(eventually([&] { return asset_processes(root_, "family").size() == 3; }));
  ASSERT_TRUE(supervisor.stop("family", SIGKILL, Milliseconds{1000}));
  EXPECT_TRUE(asset_processes(root_, "family").empty());
}

TEST_F(Scope, AMissingProgramIsNamed) {
  Supervisor supervisor(root_);
  auto spec = shell("ghost", "");
  spec.argv = {"/nowhere/ghost"};
  spec.restart = false;
  const auto started = supervisor.ensure(spec);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, base::ErrorCode::program_missing);
  EXPECT_NE(started.error().message.find("/nowhere/ghost"), std::string::npos);
}

TEST_F(Scope, ThePowerSwitchEndsWhatIsStoppedForksOrHides) {
  Supervisor supervisor(root_);
  ASSERT_TRUE(supervisor.ensure(shell("stopped", "sleep 1000")));
  ASSERT_TRUE(supervisor.ensure(shell("forks", "while :; do sleep 0.01 & wait; done")));
  // Hides by its folder, but not in its environment; and the other way round.
  ASSERT_TRUE(supervisor.ensure(shell("moved", "cd / && sleep 1000")));
  ASSERT_TRUE(supervisor.ensure(shell("cleared", "exec env -i sleep 1000")));
  ASSERT_GE(pause_processes(root_, "stopped"), 1);
  const auto off = power_off(root_, "127.249.", Milliseconds{5000});
  ASSERT_TRUE(off) << off.error().text();
  EXPECT_GE(off->processes_ended, 4);
  EXPECT_EQ(off->evidence.size(), 2u);
}

TEST_F(Scope, ThePowerSwitchLeavesOtherScopesAlone) {
  const auto other_root = root_.parent_path() / "other";
  fs::create_directories(other_root / "logs");
  Supervisor supervisor(root_);
  Supervisor other(other_root);
  auto spec = shell("sleeper", "sleep 1000");
  ASSERT_TRUE(supervisor.ensure(spec));
  spec.working_directory = other_root / "sleeper";
  spec.log_file = other_root / "logs" / "sleeper.log";
  const auto survivor = other.ensure(spec);
  ASSERT_TRUE(survivor);
  ASSERT_TRUE(power_off(root_, "127.249.", Milliseconds{5000}));
  EXPECT_EQ(other.status("sleeper")->pid, *survivor);
  EXPECT_EQ(other.status("sleeper")->starts, 1u);
  EXPECT_TRUE(other.stop("sleeper", SIGKILL, Milliseconds{1000}));
}

TEST_F(Scope, AProcessIsKnownByItsStartTimeToo) {
  Supervisor supervisor(root_);
  const auto pid = supervisor.ensure(shell("sleeper", "sleep 1000"));
  ASSERT_TRUE(pid);
  auto identity = system::process_stat(*pid)->identity;
  EXPECT_TRUE(system::ProcessHandle::open(identity));
  identity.start_time_ticks += 1;
  EXPECT_FALSE(system::ProcessHandle::open(identity));
  EXPECT_EQ(signal_all({identity}, SIGKILL), 0);
  EXPECT_EQ(supervisor.status("sleeper")->pid, *pid);
}

}  // namespace
}  // namespace lifeboat::local
