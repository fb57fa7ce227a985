#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aws/client.h"
#include "base/error.h"
#include "engine/effect.h"
#include "model/stack.h"
#include "ports/markers.h"
#include "ports/provider.h"
#include "providers/aws/names.h"
#include "providers/aws/seat.h"
#include "providers/aws/sql.h"
#include "providers/aws/stack_driver.h"

namespace lifeboat::aws_world {

struct WorldOptions {
  aws::Environment environment;         ///< The process's own, in production.
  std::filesystem::path stack_folder;   ///< Where the stack file is: aws.program is relative to it.
  std::filesystem::path events_binary;  ///< lifeboat-events, uploaded where the stack has no program of its own.
  /// Applies the monitoring's manifests in a region's cluster, by a kubeconfig whose only context is named. Empty:
  /// nobody does. An error is said by on_progress and stops nothing: the cluster itself is there.
  std::function<base::Status(const base::RegionName&, const std::filesystem::path& kubeconfig,
                             const std::string& context)>
      apply_manifests;
  /// What the load clients on this machine saw.
  std::function<base::Result<engine::ClientView>(const engine::MeasureClients&)> measure;
  /// What is said while CloudFormation or RDS works: "us-east-2 database: Instance CREATE_IN_PROGRESS". Any thread.
  std::function<void(const std::string&)> on_progress;
};

/// What one CloudFormation stack would go through.
struct ConcernPreview {
  base::RegionName region;
  Concern concern = Concern::network;
  std::vector<ResourceChange> changes;  ///< Empty: it stands as described.
};

/// Everything of the aws world for one stack, put together: client, credentials, seat, provider, markers. Its calls are
/// safe from any thread.
class World {
 public:
  /// Finds out whose credentials these are, from the first region that answers. aws_no_credentials, aws_denied (also
  /// when stack.aws.account is another one), region_unreachable, bad_flag for a variable that makes no sense.
  ///
  /// Beside the client's variables: LIFEBOAT_NAME_SERVERS (network_door.h), and LIFEBOAT_AWS_POLL, how long it waits
  /// between two looks at what AWS is doing ("5s", "100ms"; left out 5 s).
  static base::Result<std::unique_ptr<World>> open(const model::Stack& stack, WorldOptions options);
  virtual ~World() = default;

  virtual ports::Provider& provider() = 0;
  virtual ports::Markers& markers() = 0;
  virtual aws::Client& client() = 0;
  virtual const Names& names() const = 0;
  virtual Seat& seat() = 0;
  /// For what compares clients' records with the data.
  virtual Sql& sql() = 0;
  /// Takes the seat for a controller that changes the stack; from then on the provider leads (Provider::leads()) and
  /// confirm_seat() renews it. Once, before the runtime starts; a controller that only reads leaves it out. lock_held,
  /// naming the holder, while somebody else sits there.
  virtual base::Status take_over(const std::string& controller, base::Instant deadline) = 0;

  /// Ends what is being asked of AWS within a second or so, and what would be asked from then on at once, until it is
  /// called with false: for a controller that stops while a lost region lets it wait.
  virtual void interrupt(bool ends) = 0;

  /// Makes both regions' buckets where there are none: before the seat can be taken the first time.
  virtual base::Status make_buckets(base::Instant deadline) = 0;
  /// What `up` would change, stack by stack, also what would be replaced. Nothing is changed.
  virtual base::Result<std::vector<ConcernPreview>> preview(base::Instant deadline) = 0;
  /// Removes what Lifeboat made, in both regions: each database leaves a final snapshot, whose names are in the
  /// answer's sentences; with `keep_buckets` the journal's copies stay. Of an adopted stack nothing but the buckets
  /// goes.
  virtual base::Result<std::vector<std::string>> remove(bool keep_buckets, base::Instant deadline) = 0;
};

}  // namespace lifeboat::aws_world
