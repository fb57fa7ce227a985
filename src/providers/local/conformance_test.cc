// The local world against the contract that every provider owes (docs/provider-contract.md), on the real programs.

#include "providers/conformance/conformance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "model/parse.h"
#include "providers/local/asset_test_world.h"
#include "providers/local/bootstrap.h"
#include "providers/local/local_provider.h"
#include "providers/local/markers.h"
#include "providers/local/power_switch.h"
#include "providers/local/region_init.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;

constexpr const char* stack_text =
    "stack: conformance\n"
    "regions:\n"
    "  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b]}\n"
    "  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1c]}\n";

/// A stack on this machine without a controller, whose part the suite plays. It ends and goes with the test.
class InstalledConformance : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "lifeboat-conformance-XXXXXX").string();
    home_ = ::mkdtemp(name.data());
    const auto parsed = model::parse_stack(stack_text, "conformance.yaml");
    ASSERT_TRUE(parsed.stack.has_value());
    auto made = install(home_, *parsed.stack, stack_text, home_);
    ASSERT_TRUE(made.has_value()) << made.error().text();
    installed_ = *made;
    fs::create_directories(installed_->paths.bin());
    const auto lifeboat = test::reachable(LIFEBOAT_PROGRAM);
    fs::create_symlink(lifeboat, installed_->paths.bin() / "lifeboat");
    const auto scope = installed_->paths.global().root;
    const RegionInitOptions options{
        .scope_root = scope,
        .address_prefix = installed_->layout.global_prefix,
        .children = {{lifeboat.string(), "agent", installed_->paths.root.string(), "global"}}};
    const auto started = start_scope(lifeboat, options, {});
    ASSERT_TRUE(started.has_value()) << started.error().text();
  }

  void TearDown() override {
    if (installed_) {
      const auto ended = stop_everything(*installed_);
      EXPECT_TRUE(ended.has_value()) << ended.error().text();
    }
    if (HasFailure()) {
      RecordProperty("kept", home_.string());
    } else {
      fs::remove_all(home_);
    }
  }

  fs::path home_;
  std::optional<InstalledStack> installed_;
};

TEST_F(InstalledConformance, TheLocalWorldDoesWhatEveryProviderMust) {
  const auto secrets = load_or_create_secrets(installed_->paths.secrets());
  ASSERT_TRUE(secrets.has_value()) << secrets.error().text();
  system::SystemClock clock;
  LocalMarkers markers(*installed_, *secrets, clock);
  // What clients saw is the load client's to say; there is none here.
  LocalProvider provider(
      {*installed_, *secrets, clock, markers, [](const engine::MeasureClients&) { return engine::ClientView{}; }});
  const auto problems = conformance::check(
      {.provider = provider, .clock = clock, .stack = installed_->stack, .kill_region = [this](const auto& region) {
         kill_scope(installed_->paths.region(region).root);
       }});
  for (const auto& problem : problems) ADD_FAILURE() << problem;
}

}  // namespace
}  // namespace lifeboat::local

int main(int argc, char** argv) {
  return lifeboat::local::test::run_tests_unprivileged(argc, argv, {LIFEBOAT_PROGRAM});
}
