// The aws world against the contract that every provider owes (docs/provider-contract.md), on a simulation of AWS that
// tests/aws/conformance_test.py has started and named in the environment: AWS_ENDPOINT_URL and its like, and
// SIMULATED_AWS_CONTROL, the port at which it takes orders of tests.

#include "providers/conformance/conformance.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <iostream>

#include "model/parse.h"
#include "providers/aws/world.h"
#include "system/clock.h"
#include "system/http_client.h"

namespace lifeboat::aws_world {
namespace {

constexpr const char* stack_text =
    "stack: conform\n"
    "world: aws\n"
    "regions:\n"
    "  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b], address_block: 10.10.0.0/16}\n"
    "  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b], address_block: 10.20.0.0/16}\n"
    "load_balancer: {port: 8080}\n"
    "web: {count: 2}\n"
    "dns: {domain: conform.example.org, record: api, ttl: 1s}\n";

constexpr base::Milliseconds patience{120'000};

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

/// Orders the simulation to do something with a region.
void order(const char* what, const base::RegionName& region) {
  const auto text = variable("SIMULATED_AWS_CONTROL");
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  system::HttpRequest request{.method = "POST", .address = "127.0.0.1", .port = port};
  request.target = fmt::format("/{}", what);
  request.body = fmt::format(R"({{"region": "{}"}})", region.value);
  const auto answer = system::http_request(request, base::Milliseconds{60'000});
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  ASSERT_EQ(answer->status, 200) << answer->body;
}

TEST(SimulatedConformance, TheAwsWorldDoesWhatEveryProviderMust) {
  ASSERT_FALSE(variable("AWS_ENDPOINT_URL").empty()) << "tests/aws/conformance_test.py runs this";
  const auto parsed = model::parse_stack(stack_text, "conform.yaml");
  ASSERT_TRUE(parsed.stack.has_value());
  const system::SystemClock started;
  WorldOptions options;
  options.environment = variable;
  options.events_binary = variable("LIFEBOAT_EVENTS");
  // What clients saw is the load client's to say; there is none here.
  options.measure = [](const engine::MeasureClients&) { return engine::ClientView{}; };
  options.on_progress = [&started](const std::string& sentence) {
    std::cout << fmt::format("{:8.1f} s {}\n",
                             static_cast<double>(started.now().time_since_epoch().count() / 1'000'000) / 1e3, sentence)
              << std::flush;
  };
  auto world = World::open(*parsed.stack, std::move(options));
  ASSERT_TRUE(world.has_value()) << world.error().text();
  system::SystemClock clock;
  const auto buckets = (*world)->make_buckets(clock.now() + patience);
  ASSERT_TRUE(buckets.has_value()) << buckets.error().text();
  const auto taken = (*world)->take_over("conformance", clock.now() + patience);
  ASSERT_TRUE(taken.has_value()) << taken.error().text();
  const auto problems =
      conformance::check({.provider = (*world)->provider(),
                          .clock = clock,
                          .stack = *parsed.stack,
                          .kill_region = [](const auto& region) { order("kill_region", region); },
                          .patience = patience,
                          .revive_region = [](const auto& region) { order("revive_region", region); }});
  for (const auto& problem : problems) ADD_FAILURE() << problem;
}

}  // namespace
}  // namespace lifeboat::aws_world
