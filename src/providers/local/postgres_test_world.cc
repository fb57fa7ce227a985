#include "providers/local/postgres_test_world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "providers/local/postgres_config.h"
#include "providers/local/postgres_process.h"

namespace lifeboat::local::test {
namespace {

namespace fs = std::filesystem;

/// Holds a slot for this test by the name of an abstract socket, so that tests run side by side.
int claim_slot(int& descriptor) {
  for (int attempt = 0; attempt < slot_count; ++attempt) {
    const int slot = slot_count - 1 - (static_cast<int>(::getpid()) + attempt) % (slot_count / 2);
    descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto name = fmt::format("lifeboat-postgres-test-{}", slot);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path + 1, sizeof(address.sun_path) - 1);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), length) == 0) return slot;
    ::close(descriptor);
  }
  std::abort();
}

model::Stack two_regions() {
  model::Stack stack;
  stack.name = "database-test";
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, "10.10.0.0/16"};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1c"}}, "10.20.0.0/16"};
  return stack;
}

/// Where PostgreSQL's programs are: unpacked for a user without root, or installed.
std::filesystem::path postgres_bin() {
  const std::filesystem::path folder = "usr/lib/postgresql/15/bin";
  const char* packages = std::getenv("LIFEBOAT_PACKAGES");
  const auto unpacked = std::filesystem::path(packages != nullptr ? packages : "") / folder;
  return packages != nullptr && std::filesystem::exists(unpacked) ? unpacked : "/" / folder;
}

}  // namespace

base::Instant BootClock::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return base::Instant{std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec}};
}

base::WallTime BootClock::wall_now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

TestRegion::TestRegion(const model::Stack& stack, const Layout& layout, const RegionLayout& region,
                       const StackPaths& paths, const Secrets& secrets, const Programs& programs, ports::Clock& clock)
    : supervisor_(std::make_unique<Supervisor>(paths.region(region.name).root)),
      context_{stack, layout, region, paths, paths.region(region.name), secrets, programs, clock, *supervisor_},
      database_(std::make_unique<RegionDatabase>(context_, await_lease())) {}

RegionDatabase::AwaitLease TestRegion::await_lease() {
  // These databases run without the extension that asks for leases.
  return [this](base::Instant) -> base::Status {
    if (lease_comes) return {};
    return base::fail(base::ErrorCode::wait_expired, "no write lease came");
  };
}

TestRegion::~TestRegion() {
  for (const auto& node : context_.region.database_nodes) kill_node(node.name);
}

void TestRegion::restart() {
  database_.reset();
  database_ = std::make_unique<RegionDatabase>(context_, await_lease());
}

void TestRegion::kill_node(const std::string& node) {
  const Deadline deadline(context_.clock, context_.clock.now() + base::Milliseconds{5000});
  EXPECT_TRUE(end_processes_in(data(node), deadline).has_value());
  (void)context_.supervisor.stop(node, SIGKILL, base::Milliseconds{1000});
}

model::ObservedDatabaseNode TestRegion::observed(const std::string& node) {
  for (auto& seen : database_->observe()) {
    if (seen.name == node) return seen;
  }
  ADD_FAILURE() << "no node " << node;
  return {};
}

TestWorld::TestWorld() : stack_(two_regions()) {
  std::string name = (fs::temp_directory_path() / "lifeboat-postgres-XXXXXX").string();
  folder_ = ::mkdtemp(name.data());
  layout_ = make_layout(stack_, claim_slot(slot_lock_));
  paths_ = {folder_};
  secrets_.database_admin = "admin'\\:secret";
  secrets_.database_replication = "replication'\\:secret";
  secrets_.database_application = "application secret";
  secrets_.database_monitor = "monitor secret";
  programs_.postgres_bin = postgres_bin();
  east_ = std::make_unique<TestRegion>(stack_, layout_, layout_.home, paths_, secrets_, programs_, clock_);
  west_ = std::make_unique<TestRegion>(stack_, layout_, layout_.standby, paths_, secrets_, programs_, clock_);
}

std::unique_ptr<TestRegion> TestWorld::another_agent() {
  return std::make_unique<TestRegion>(stack_, layout_, layout_.home, paths_, secrets_, programs_, clock_);
}

TestWorld::~TestWorld() {
  east_.reset();
  west_.reset();
  for (const auto& region : {layout_.home, layout_.standby}) {
    for (const auto& node : region.database_nodes)
      remove_leftovers(paths_.region(region.name).asset(node.name) / "data");
  }
  if (::testing::Test::HasFailure()) {
    fmt::print("kept for a look: {}\n", folder_.string());
  } else {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  ::close(slot_lock_);
}

void TestWorld::build(bool west) {
  const RegionAssignment east_reigns{model::RegionRole::active, layout_.home.name, base::Epoch{1}};
  east_->database().assign(east_reigns);
  west_->database().assign({model::RegionRole::standby, layout_.home.name, base::Epoch{1}});
  const auto ensure = [&](TestRegion& region, const std::string& node) {
    const auto done = region.database().ensure_node(node, in(base::Milliseconds{30'000}));
    ASSERT_TRUE(done.has_value()) << node << ": " << done.error().text();
  };
  ensure(*east_, "db-1");
  ensure(*east_, "db-2");
  if (!west) return;
  ensure(*west_, "db-1");
  ensure(*west_, "db-2");
}

base::Result<PostgresClient> TestWorld::try_client(TestRegion& region, const std::string& node) {
  const auto placement = std::ranges::find(region.layout().database_nodes, node, &Placement::name);
  if (placement == region.layout().database_nodes.end()) throw std::invalid_argument("no node " + node);
  return PostgresClient::connect({placement->endpoint.address, placement->endpoint.port, admin_role,
                                  secrets_.database_admin, stack_.database.name},
                                 base::Milliseconds{2000});
}

PostgresClient TestWorld::client(TestRegion& region, const std::string& node) {
  auto connected = try_client(region, node);
  // GoogleTest makes a failed test of it, whose world goes as any other's: an abort would leave its servers running.
  if (!connected) throw std::runtime_error(connected.error().text());
  return std::move(*connected);
}

bool TestWorld::answers(TestRegion& region, const std::string& node, const std::string& sql,
                        const std::string& expected) {
  auto connected = try_client(region, node);
  if (!connected) return false;
  const auto answer = connected->query(sql, base::Milliseconds{10'000});
  return answer && !answer->rows.empty() && answer->text(0, 0) == expected;
}

std::string TestWorld::ask(TestRegion& region, const std::string& node, const std::string& sql) {
  const auto answer = client(region, node).query(sql, base::Milliseconds{10'000});
  EXPECT_TRUE(answer.has_value()) << answer.error().text();
  return answer && !answer->rows.empty() ? answer->text(0, 0) : "";
}

}  // namespace lifeboat::local::test
