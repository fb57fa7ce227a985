#include "providers/local/asset_test_world.h"

#include <fmt/format.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "providers/local/power_switch.h"
#include "providers/local/privileges.h"
#include "providers/local/programs.h"

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
  stack.name = "asset-test";
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, "10.10.0.0/16"};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1c"}}, "10.20.0.0/16"};
  return stack;
}

constexpr const char* copies_variable = "LIFEBOAT_TEST_PROGRAMS";

/// Root's build folder may be closed to others: then the tests' user gets copies, in a folder that is returned.
fs::path copy_for(const ScopeUser& user, const std::vector<fs::path>& programs) {
  if (std::ranges::all_of(programs, [&user](const auto& program) { return accessible_to(user, program); })) return {};
  std::string name = (fs::temp_directory_path() / "lifeboat-test-programs-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  for (const auto& program : programs) fs::copy_file(program, folder / program.filename());
  if (::chown(folder.c_str(), static_cast<uid_t>(user.uid), static_cast<gid_t>(user.gid)) != 0) std::abort();
  return folder;
}

/// Gives up root. Where the build folder is closed to the new user, this program goes on as its own copy: it is started
/// again, and does not return from here.
bool become(const ScopeUser& user, char** argv, std::vector<fs::path> programs) {
  const auto own = fs::read_symlink("/proc/self/exe");
  programs.push_back(own);
  const auto copies = copy_for(user, programs);
  if (::setgroups(0, nullptr) != 0 || ::setgid(static_cast<gid_t>(user.gid)) != 0 ||
      ::setuid(static_cast<uid_t>(user.uid)) != 0) {
    return false;
  }
  if (copies.empty()) return true;
  ::setenv(copies_variable, copies.c_str(), 1);
  ::execv((copies / own.filename()).c_str(), argv);
  return false;
}

}  // namespace

AssetWorld::AssetWorld() : stack(two_regions()) {
  // A long path on purpose: Unix sockets below it must work all the same.
  std::string name =
      (fs::temp_directory_path() / "lifeboat-assets-of-a-stack-in-a-folder-with-quite-a-long-name-XXXXXX").string();
  folder = ::mkdtemp(name.data());
  layout = make_layout(stack, claim_slot(slot_lock_));
  paths = {folder};
  auto loaded = load_or_create_secrets(paths.secrets());
  EXPECT_TRUE(loaded.has_value());
  secrets = *loaded;
  auto found = find_programs();
  EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().text());
  if (found) programs = *found;
  const auto context = [&](const RegionLayout& region, std::unique_ptr<Supervisor>& supervisor) {
    const auto scope = paths.region(region.name);
    fs::create_directories(scope.root / "logs");
    supervisor = std::make_unique<Supervisor>(scope.root);
    return std::make_unique<RegionContext>(
        RegionContext{stack, layout, region, paths, scope, secrets, programs, clock_, *supervisor});
  };
  east_ = context(layout.home, east_supervisor_);
  west_ = context(layout.standby, west_supervisor_);
}

AssetWorld::~AssetWorld() {
  east_supervisor_.reset();
  west_supervisor_.reset();
  for (const auto& [root, prefix] : {std::pair{paths.region(layout.home.name).root, layout.home.address_prefix},
                                     std::pair{paths.region(layout.standby.name).root, layout.standby.address_prefix},
                                     std::pair{paths.global().root, layout.global_prefix}}) {
    const auto off = power_off(root, prefix, base::Milliseconds{5000});
    EXPECT_TRUE(off.has_value()) << off.error().text();
  }
  if (::testing::Test::HasFailure()) {
    fmt::print("kept for a look: {}\n", folder.string());
  } else {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  ::close(slot_lock_);
}

void AssetWorld::end_region(const RegionLayout& region) {
  const auto off = power_off(paths.region(region.name).root, region.address_prefix, base::Milliseconds{5000});
  EXPECT_TRUE(off.has_value()) << off.error().text();
}

fs::path reachable(const fs::path& program) {
  const char* copies = std::getenv(copies_variable);
  return copies == nullptr ? program : fs::path(copies) / program.filename();
}

int run_tests_unprivileged(int argc, char** argv, std::vector<fs::path> programs) {
  programs.push_back(fs::path(LIFEBOAT_LEASE_FOLDER) / "lifeboat_lease.so");
  programs.push_back(fs::path(LIFEBOAT_EVENTS_FOLDER) / "lifeboat-events");
  if (const auto user = service_user(); user.uid >= 0 && !become(user, argv, programs)) {
    fmt::print(stderr, "the programs under test refuse root, and becoming another user failed\n");
    return 1;
  }
  ::testing::InitGoogleTest(&argc, argv);
  // Both stand in other folders of the build than the tests.
  const auto events = reachable(programs.back()).parent_path().string();
  const auto lease = reachable(programs[programs.size() - 2]).parent_path().string();
  const char* path = std::getenv("PATH");
  ::setenv("PATH", fmt::format("{}:{}:{}", events, lease, path != nullptr ? path : "").c_str(), 1);
  const int status = RUN_ALL_TESTS();
  std::error_code ignored;
  if (const char* copies = std::getenv(copies_variable); copies != nullptr) fs::remove_all(copies, ignored);
  return status;
}

}  // namespace lifeboat::local::test
