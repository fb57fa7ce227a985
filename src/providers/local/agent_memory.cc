#include "providers/local/agent_memory.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/local/duty_wire.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using nlohmann::json;

json to_json(const AgentRecord& record) {
  return {{"duty", to_wire(record.duty)},
          {"ensured", record.ensured},
          {"init", {{"pid", record.init.pid}, {"start_time_ticks", record.init.start_time_ticks}}}};
}

AgentRecord from_json(const json& source) {
  AgentRecord record;
  record.duty = duty_from_wire(source.at("duty"));
  record.ensured = source.at("ensured").get<std::set<std::string>>();
  record.init.pid = source.at("init").at("pid").get<pid_t>();
  record.init.start_time_ticks = source.at("init").at("start_time_ticks").get<std::uint64_t>();
  return record;
}

}  // namespace

base::Result<model::RegionRole> role_from_name(const std::string& name) {
  for (const auto role : {model::RegionRole::none, model::RegionRole::active, model::RegionRole::standby}) {
    if (model::to_string(role) == name) return role;
  }
  return base::fail(ErrorCode::bad_request, fmt::format("'{}' is no role; roles are none, active and standby", name));
}

base::Result<AgentRecord> load_agent_record(const std::filesystem::path& file) {
  const auto text = system::read_file(file);
  if (!text) {
    if (text.error().code == ErrorCode::file_missing) return AgentRecord{};
    return std::unexpected(text.error());
  }
  try {
    return from_json(json::parse(*text));
  } catch (const json::exception& error) {
    return base::fail(ErrorCode::record_corrupt,
                      fmt::format("{} cannot be understood: {}", file.string(), error.what()));
  }
}

base::Status save_agent_record(const std::filesystem::path& file, const AgentRecord& record) {
  return system::replace_file(file, to_json(record).dump(2) + "\n", 0600);
}

AgentRecord AgentMemory::record() const {
  const std::scoped_lock lock(mutex_);
  return record_;
}

bool AgentMemory::is_ensured(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  return record_.ensured.contains(name);
}

template <class Change>
base::Status AgentMemory::change(Change&& change) {
  const std::scoped_lock lock(mutex_);
  auto next = record_;
  if (base::Status changed = change(next); !changed) return changed;
  if (next == record_) return {};
  if (auto saved = save_agent_record(file_, next); !saved) return saved;
  record_ = std::move(next);
  return {};
}

template <class Change>
base::Status AgentMemory::change_duty(Change&& changed) {
  return change([&](AgentRecord& next) -> base::Status {
    auto duty = changed(next.duty);
    if (!duty) return std::unexpected(duty.error());
    next.duty = std::move(*duty);
    return {};
  });
}

engine::AgentDuty AgentMemory::duty() const {
  const std::scoped_lock lock(mutex_);
  return record_.duty;
}

base::Status AgentMemory::accept(base::Epoch epoch) {
  return change_duty([&](const auto& duty) { return engine::accepted(duty, epoch); });
}

base::Status AgentMemory::obey(const engine::Term& term) {
  return change_duty([&](const auto& duty) { return engine::obeyed(duty, term); });
}

base::Status AgentMemory::assign(const RegionAssignment& to) {
  return change_duty([&](const auto& duty) { return engine::assigned(duty, to.role, to.active_region, to.epoch); });
}

base::Status AgentMemory::open(base::Epoch epoch) {
  return change_duty([&](const auto& duty) { return engine::opened(duty, epoch); });
}

base::Status AgentMemory::fence(base::Epoch epoch) {
  return change_duty([&](const auto& duty) { return engine::fenced(duty, epoch); });
}

base::Status AgentMemory::add_ensured(const std::string& name) {
  return change([&](AgentRecord& next) -> base::Status {
    next.ensured.insert(name);
    return {};
  });
}

base::Status AgentMemory::remove_ensured(const std::string& name) {
  return change([&](AgentRecord& next) -> base::Status {
    next.ensured.erase(name);
    return {};
  });
}

base::Status AgentMemory::replace(const AgentRecord& record) {
  return change([&](AgentRecord& next) -> base::Status {
    next = record;
    return {};
  });
}

}  // namespace lifeboat::local
