#include "providers/aws/provisioner.h"

#include <fmt/format.h>

#include <condition_variable>
#include <nlohmann/json.hpp>
#include <utility>

#include "providers/aws/template_inputs.h"

namespace lifeboat::aws_world {

/// One application that several callers wait for.
struct StackProvisioner::Flight {
  std::mutex mutex;
  std::condition_variable landed;
  std::optional<base::Result<StackState>> result;
};

StackProvisioner::StackProvisioner(StackDriver& driver, model::Stack stack, Names names, std::string program_digest)
    : driver_(driver), stack_(std::move(stack)), names_(std::move(names)), program_digest_(std::move(program_digest)) {}

StackProvisioner::~StackProvisioner() = default;

StackRequest StackProvisioner::request(Concern concern, const TemplateInputs& inputs) const {
  StackRequest request{.region = inputs.region,
                       .name = names_.cloudformation_stack(concern),
                       .body = make_template(stack_, names_, concern, inputs).dump(),
                       .tags = {{std::string(stack_tag), stack_.name}}};
  // RDS has promoted it already: what goes is only what the template says of it.
  const bool is_promoted = concern == Concern::database && inputs.made_as_replica && inputs.source_database_arn.empty();
  if (is_promoted) request.harmless = {"SourceDBInstanceIdentifier"};
  return request;
}

StackDriver::OnEvent StackProvisioner::telling(const Work& work, const base::RegionName& region,
                                               Concern concern) const {
  return [&work, region, concern](const StackEvent& event) {
    work.say(fmt::format("{} {}: {} {}{}{}", region.value, to_string(concern), event.logical_id, event.status,
                         event.reason.empty() ? "" : ": ", event.reason));
  };
}

base::Result<StackState> StackProvisioner::apply(const Work& work, const base::RegionName& region, Concern concern,
                                                 DatabaseRole role) {
  const auto key = region.value + "/" + names_.cloudformation_stack(concern);
  std::shared_ptr<Flight> flight;
  bool is_mine = false;
  {
    const std::lock_guard lock(mutex_);
    auto& found = flights_[key];
    is_mine = found == nullptr;
    if (is_mine) found = std::make_shared<Flight>();
    flight = found;
  }
  if (is_mine) {
    auto result = apply_now(work, region, concern, role);
    {
      const std::lock_guard lock(mutex_);
      flights_.erase(key);
    }
    const std::lock_guard lock(flight->mutex);
    flight->result = std::move(result);
    flight->landed.notify_all();
    return *flight->result;
  }
  std::unique_lock lock(flight->mutex);
  const bool ended = flight->landed.wait_for(lock, work.left(), [&] { return flight->result.has_value(); });
  if (ended) return *flight->result;
  return base::fail(base::ErrorCode::wait_expired,
                    fmt::format("{}: {} is still being changed", region.value, names_.cloudformation_stack(concern)));
}

base::Result<StackState> StackProvisioner::apply_now(const Work& work, const base::RegionName& region, Concern concern,
                                                     DatabaseRole role) {
  const InputPorts ports{work, *this, stack_, names_, program_digest_};
  const auto inputs = gather_inputs(ports, region, concern, role);
  if (!inputs) return std::unexpected(inputs.error());
  return driver_.apply(request(concern, *inputs), work.deadline(), telling(work, region, concern));
}

base::Result<std::optional<StackState>> StackProvisioner::look(const Work& work, const base::RegionName& region,
                                                               Concern concern) {
  return driver_.look(region, names_.cloudformation_stack(concern), work.deadline());
}

base::Result<std::vector<ResourceChange>> StackProvisioner::preview(const Work& work, const base::RegionName& region,
                                                                    Concern concern, DatabaseRole role) {
  const auto seen = look(work, region, concern);
  if (!seen) return std::unexpected(seen.error());
  if (!*seen) return all_added(make_template(stack_, names_, concern, placeholder_inputs(*stack_.region(region))));
  const InputPorts ports{work, *this, stack_, names_, program_digest_};
  const auto inputs = gather_inputs(ports, region, concern, role);
  if (!inputs) return std::unexpected(inputs.error());
  return driver_.preview(request(concern, *inputs), work.deadline());
}

base::Status StackProvisioner::remove(const Work& work, const base::RegionName& region, Concern concern) {
  return driver_.remove(region, names_.cloudformation_stack(concern), work.deadline(), telling(work, region, concern));
}

}  // namespace lifeboat::aws_world
