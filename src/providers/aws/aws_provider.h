#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "engine/effect.h"
#include "model/stack.h"
#include "ports/markers.h"
#include "ports/provider.h"
#include "providers/aws/database.h"
#include "providers/aws/door.h"
#include "providers/aws/duty.h"
#include "providers/aws/inventory.h"
#include "providers/aws/names.h"
#include "providers/aws/provisioner.h"
#include "providers/aws/seat.h"
#include "providers/aws/sql_tasks.h"
#include "providers/aws/web_files.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// How the world is looked at (inventory.h).
struct Looks {
  std::function<model::ObservedRegion(const base::RegionName&)> region;
  std::function<base::Result<model::RegionFacts>(const base::RegionName&)> facts;
  std::function<base::Result<FrontDoor>(base::Milliseconds limit)> front_door;
};

/// AWS as the engine reaches it. Everything in `Parts` outlives the object. docs/provider-contract.md says what each
/// call may assume; docs/aws.md what each effect does here.
class AwsProvider : public ports::Provider {
 public:
  struct Parts {
    model::Stack stack;
    Names names;
    WorkPorts work;
    DutyStore& duties;
    Sql& sql;
    Door& door;
    ports::Markers& markers;
    Provisioner& provisioner;
    WebFiles& web_files;
    Looks looks;
    /// Compares the load clients' records with the writer's data.
    std::function<base::Result<engine::ClientView>(const engine::MeasureClients&)> measure;
    /// Renews the seat; nothing for a controller that has none.
    std::function<base::Status(base::Milliseconds limit)> renew_seat{};
    /// Applies the monitoring's manifests in the region's cluster, and says what it could not. Empty: nobody does.
    std::function<void(const Work&, const base::RegionName&)> apply_manifests{};
  };
  explicit AwsProvider(Parts parts);
  ~AwsProvider() override;

  /// From now on this controller leads: what it changes carries its term. Once, before anything else is called.
  void lead(engine::Leads leads);

  base::Milliseconds time_limit(const engine::EffectBody& effect) const override;
  base::Result<engine::Outcome> perform(const engine::Effect& effect, base::Instant deadline) override;
  std::optional<engine::Leads> leads() const override { return leads_; }
  base::Result<std::optional<engine::SeatConfirmed>> confirm_seat(base::Milliseconds timeout) override;
  /// Nothing in this world grants leases.
  void grant(const engine::LeaseGrant& grant, base::Milliseconds timeout) override;
  ports::ProbeResult probe(const base::RegionName& region, base::Milliseconds timeout) override;
  model::ObservedRegion observe(const base::RegionName& region) override;
  base::Result<model::RegionFacts> inspect(const base::RegionName& region) override;
  model::ObservedDns observe_dns() override;
  std::vector<model::ObservedAsset> observe_global() override;

 private:
  class Memory;

  std::string ask_door(const base::RegionName& region, base::Milliseconds timeout);

  Parts parts_;
  std::unique_ptr<DatabaseService> database_;
  SqlTasks sql_tasks_;
  std::unique_ptr<Memory> memory_;
  std::optional<engine::Leads> leads_;
};

}  // namespace lifeboat::aws_world
