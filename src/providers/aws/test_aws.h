#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/client.h"
#include "aws/credential_source.h"
#include "aws/test_ports.h"
#include "aws/transport.h"

namespace lifeboat::aws_world::testing {

/// What a simulated region has, as far as the provider's effects touch it.
struct TestRegion {
  struct Database {
    bool exists = true;
    std::string status = "available";
    std::string source;  ///< An ARN; empty: a writer.
    bool replicates = true;
    bool protected_from_deletion = true;
  };
  std::map<std::string, std::string> instances;  ///< State by id.
  std::vector<std::string> ingress;              ///< Security groups that may connect.
  bool keeps_a_rule = false;                     ///< Planted: a rule comes back whenever it is revoked.
  std::set<std::string> never_stop;              ///< Planted: instances that stay "stopping".
  std::vector<std::string> routes;               ///< Route tables that have a route to the other region.
  Database database;
  /// What a drill makes: its snapshot (Aurora: the cluster), and the instance made of it.
  struct Part {
    bool exists = false;
    std::string status = {};
    std::string drill = {};  ///< The tag's value.
  };
  Part snapshot;
  Part clone;
  bool serves = true;  ///< The listener forwards.
  std::map<std::string, std::string> objects;
  int promotions = 0;
};

/// Aurora's, "shop-global".
struct TestGlobal {
  std::string writer = "us-east-2";
  std::set<std::string> members{"us-east-2", "us-west-1"};
  std::string moves_to = {};  ///< The region that is being promoted; empty: none.
  bool allowed_loss = false;  ///< As the last move was asked for.
  bool is_protected = true;
};

/// AWS for the provider's tests: it answers requests on the wire by operation, from what the regions have. Promotions,
/// deletions and stops take effect one look later. Simulated: what it says is written here.
class TestAws : public aws::Transport {
 public:
  TestAws();
  std::expected<aws::HttpAnswer, aws::ExchangeFailure> send(const aws::Request& request,
                                                            const aws::ExchangeLimits& limits) override;

  /// From now on every call of an operation ("StopInstances us-east-2") is answered with a 500.
  void break_down(const std::string& operation_and_region) { broken_.insert(operation_and_region); }
  void repair() { broken_.clear(); }
  /// The operation's next call is carried out, and its answer lost.
  void lose_answer(const std::string& operation_and_region) { lost_answers_.insert(operation_and_region); }
  /// A call into this region is a failure of the test.
  void forbid(const std::string& region) { forbidden_ = region; }

  std::map<std::string, TestRegion> regions;
  std::optional<TestGlobal> global;      ///< Where there is one, the regions' databases are its clusters.
  std::map<std::string, bool> healthy;   ///< By health check, as Route 53 counts it.
  std::vector<std::string> calls;        ///< "PromoteReadReplica us-west-1", in order, without reads of S3.
  std::string shadow_record;             ///< The record of drills' name, as it was written.
  std::vector<std::string> health_sets;  ///< "check-us-west-1 healthy", in order.

  aws::testing::TestTime time;
  aws::FixedCredentials credentials;
  aws::Client client;

 private:
  struct Call;
  aws::HttpAnswer answer(const Call& call);
  aws::HttpAnswer s3(const Call& call);
  aws::HttpAnswer ec2(const Call& call);
  aws::HttpAnswer instances(const Call& call);
  aws::HttpAnswer security_groups(const Call& call);
  aws::HttpAnswer routes(const Call& call);
  aws::HttpAnswer rds(const Call& call);
  aws::HttpAnswer aurora(const Call& call);
  void end_move();
  /// Nothing when the call is about something else.
  std::optional<aws::HttpAnswer> drill(const Call& call);
  aws::HttpAnswer records(const Call& call);
  aws::HttpAnswer elbv2(const Call& call);
  aws::HttpAnswer route53(const Call& call);
  aws::HttpAnswer ssm(const Call& call);

  std::mutex mutex_;
  std::set<std::string> broken_;
  std::set<std::string> lost_answers_;
  std::string forbidden_;

 public:
  /// What SSM's invocations say, one after the other; each of "Status", "StatusDetails", output.
  struct Invocation {
    std::string status = "Success";
    std::string details = "Success";
    std::string output = "lifeboat-rows\nlifeboat-end\n";
    std::string error = "";
    bool is_known = true;  ///< False: InvocationDoesNotExist, and the next one counts.
  };
  std::vector<Invocation> invocations;
  std::set<std::string> without_agent;    ///< Instances that SSM does not know.
  std::vector<std::string> ssm_commands;  ///< What was sent.
};

}  // namespace lifeboat::aws_world::testing
