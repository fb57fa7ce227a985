#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "aws/client.h"
#include "aws/credential_source.h"
#include "aws/operation.h"
#include "aws/test_ports.h"
#include "providers/aws/inventory.h"

// Everything here is simulated: what the services say is written in the tests.
namespace lifeboat::aws_world::testing {

/// Services that say what a test wants. What nobody set does not exist, by the service's own word. Callable from any
/// thread.
class FakeServices : public aws::Transport {
 public:
  /// The operation's answer, in our JSON; several are its pages.
  void set(const std::string& operation, aws::Json answer) { set_pages(operation, {std::move(answer)}); }
  void set_pages(const std::string& operation, std::vector<aws::Json> pages);
  /// The answer to questions that contain this text.
  void set_for(const std::string& operation, const std::string& part, aws::Json answer);
  void refuse(const std::string& operation, int status, const std::string& code);
  /// No connection to any service, or to one ("rds").
  void cut(const std::string& service);
  /// What was asked, as "ec2 DescribeInstances" with the body or path.
  std::vector<std::pair<std::string, std::string>> asked() const;

  std::expected<aws::HttpAnswer, aws::ExchangeFailure> send(const aws::Request& request,
                                                            const aws::ExchangeLimits& limits) override;

 private:
  struct Pages {
    std::string part;  ///< Of the questions that they answer; empty: of all.
    std::vector<aws::Json> pages;
  };
  const std::vector<aws::Json>* pages_for(const std::string& operation, const std::string& question) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Pages>> answers_;
  std::map<std::string, std::pair<int, std::string>> refusals_;
  std::vector<std::string> cut_;
  std::vector<std::pair<std::string, std::string>> asked_;
};

/// A region's duty as the test says it.
class FakeDuties : public DutyStore {
 public:
  base::Result<std::optional<RegionDuty>> read(const base::RegionName&, base::Milliseconds) override { return answer; }
  base::Result<RegionDuty> change(const base::RegionName&, const Change&, base::Instant) override {
    return base::fail(base::ErrorCode::aborted, "a look changes nothing");
  }

  base::Result<std::optional<RegionDuty>> answer = std::optional<RegionDuty>();
};

/// A client of the fake services, without retries.
struct FakeWorld {
  FakeServices services;
  FakeDuties duties;
  aws::testing::TestTime time;
  aws::FixedCredentials credentials{{.access_key_id = "ID", .secret_access_key = aws::Secret("secret")}};
  aws::Client client{{services, credentials, time, time, time, [](const std::string&) { return std::string(); }},
                     {.attempts = 1}};
  LookPorts ports{client, duties, time};
};

/// The founding stack, in the aws world.
model::Stack small_stack();
model::Stack adopted_stack();
inline const base::RegionName east{"us-east-2"};
inline const base::RegionName west{"us-west-1"};

/// The active region, with everything in it, as the services and its duty tell of it.
void fill_active(FakeWorld& world);
RegionDuty duty_of(model::RegionRole role, std::uint64_t epoch);
aws::Json instance(const std::string& id, const std::string& asset, const std::string& zone,
                   const std::string& state = "running");
aws::Json target(const std::string& id, const std::string& state, const std::string& reason = "");
aws::Json database();
aws::Json security_group(const std::string& id, const aws::Json& permissions);

}  // namespace lifeboat::aws_world::testing
