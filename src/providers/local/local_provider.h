#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "ports/clock.h"
#include "ports/markers.h"
#include "ports/provider.h"
#include "providers/local/agent_client.h"
#include "providers/local/bootstrap.h"
#include "providers/local/secrets.h"

namespace lifeboat::system {
class HttpConnection;
}

namespace lifeboat::local {

/// The local world as the controller reaches it: regions by their agents, the power switch past them, DNS by the global
/// agent. Everything handed to the constructor outlives the object. docs/provider-contract.md says what each call may
/// assume.
class LocalProvider : public ports::Provider {
 public:
  /// Compares load clients' records with a region's data; kept apart because it is no part of the provider's world.
  using Measure = std::function<base::Result<engine::ClientView>(const engine::MeasureClients&)>;

  struct Parts {
    const InstalledStack& installed;
    const Secrets& secrets;
    ports::Clock& clock;
    ports::Markers& markers;
    Measure measure;
  };
  explicit LocalProvider(Parts parts);
  ~LocalProvider() override;

  base::Result<engine::Outcome> perform(const engine::Effect& effect, base::Instant deadline) override;
  /// Takes a higher term than any that the agents know, so that they refuse whoever led before. Those that do not
  /// answer hear of it with the first probe; only the global one has to answer, because it decides who leads. Once,
  /// before anything else is called.
  base::Status take_over();
  std::optional<engine::Leads> leads() const override { return leads_; }
  base::Result<std::optional<engine::SeatConfirmed>> confirm_seat(base::Milliseconds timeout) override;
  void grant(const engine::LeaseGrant& grant, base::Milliseconds timeout) override;
  ports::ProbeResult probe(const base::RegionName& region, base::Milliseconds timeout) override;
  model::ObservedRegion observe(const base::RegionName& region) override;
  base::Result<model::RegionFacts> inspect(const base::RegionName& region) override;
  model::ObservedDns observe_dns() override;
  std::vector<model::ObservedAsset> observe_global() override;

 private:
  struct Probes;

  base::Milliseconds left(base::Instant deadline) const;
  engine::Term newest_term() const;
  base::Result<base::Epoch> claim_term() const;
  void read_health(const std::string& body, ports::ProbeResult& result) const;
  const AgentClient& agent(const base::RegionName& region) const;

  Parts parts_;
  engine::Term term_;
  std::optional<engine::Leads> leads_;
  std::map<base::RegionName, AgentClient> agents_;  ///< The empty name is the global scope's.
  std::map<base::RegionName, std::unique_ptr<Probes>> probes_;
};

}  // namespace lifeboat::local
