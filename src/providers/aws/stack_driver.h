#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/client.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "ports/clock.h"
#include "ports/pause.h"

namespace lifeboat::aws_world {

/// One resource that a change set would touch.
struct ResourceChange {
  std::string logical_id = {};
  std::string type = {};         ///< "AWS::RDS::DBInstance".
  std::string physical_id = {};  ///< Empty: it does not exist yet.
  std::string action = {};       ///< "Add", "Modify", "Remove", "Import", "Dynamic".
  /// True where it would be replaced, and also where CloudFormation cannot say ("Conditional").
  bool may_replace = false;
  std::vector<std::string> causes = {};  ///< "DBSubnetGroupName", "KmsKeyId" …
};

/// Of a database, a bucket with state or a hosted zone: a change set with one of these being replaced or removed is
/// refused.
bool is_protected(std::string_view resource_type);

/// What CloudFormation says while it works; progress for people.
struct StackEvent {
  std::string logical_id;
  std::string type;
  std::string status;  ///< "CREATE_IN_PROGRESS" …
  std::string reason;
};

struct StackRequest {
  base::RegionName region;
  std::string name;
  std::string body;  ///< The template, as text.
  std::map<std::string, std::string> tags = {};
  /// Properties of which CloudFormation cannot say beforehand whether changing them replaces a resource, and the caller
  /// knows that it does not: of a promoted replica SourceDBInstanceIdentifier, which goes.
  std::set<std::string> harmless = {};
};

struct StackState {
  std::string status;  ///< CloudFormation's own: "CREATE_COMPLETE".
  std::map<std::string, std::string> outputs;
  std::map<std::string, std::string> physical_ids;  ///< By logical id.
};

struct DriverPorts {
  aws::Client& client;
  const ports::Clock& clock;
  ports::Pause& pause;
  base::Milliseconds poll_interval{5'000};
};

/// CloudFormation, by change sets. Callable from any thread; two calls for the same stack wait for each other.
class StackDriver {
 public:
  explicit StackDriver(DriverPorts ports);
  ~StackDriver();

  /// The stack as it is; nothing when there is none (a stack under review counts as none).
  base::Result<std::optional<StackState>> look(const base::RegionName& region, const std::string& name,
                                               base::Instant deadline);

  /// What `apply` would change; nothing is changed. The change set is made and deleted again.
  base::Result<std::vector<ResourceChange>> preview(const StackRequest& request, base::Instant deadline);

  /// Makes or updates the stack, and waits until it is complete. A stack that stands as asked is left alone. One that
  /// somebody else is changing is waited for; one that failed at its creation and holds nothing is removed first; one
  /// whose rollback failed is an error that says what to do. Errors: aws_refused when a protected resource would be
  /// replaced or removed (nothing was changed), effect_failed with the first resource that failed and AWS's reason
  /// when it was rolled back, wait_expired. Asking again goes on.
  using OnEvent = std::function<void(const StackEvent&)>;
  base::Result<StackState> apply(const StackRequest& request, base::Instant deadline, const OnEvent& on_event);

  /// Deletes the stack and waits until it is gone; one that is not there is fine.
  base::Status remove(const base::RegionName& region, const std::string& name, base::Instant deadline,
                      const OnEvent& on_event);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::aws_world
