#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>

#include "base/error.h"
#include "engine/agent_duty.h"
#include "providers/local/region_context.h"
#include "system/process.h"

namespace lifeboat::local {

/// What an agent must not forget, as it stands in role.json.
struct AgentRecord {
  engine::AgentDuty duty;
  std::set<std::string> ensured;  ///< What was asked for and has to run.
  /// The scope's init at the time. Another one means that the whole scope was lost in between.
  system::ProcessIdentity init;

  RegionAssignment assignment() const { return {duty.role, duty.active_region, duty.epoch}; }
  bool operator==(const AgentRecord&) const = default;
};

/// A missing file is an empty record. Error: record_corrupt when the file cannot be understood.
base::Result<AgentRecord> load_agent_record(const std::filesystem::path& file);
base::Status save_agent_record(const std::filesystem::path& file, const AgentRecord& record);

/// The record of a running agent. Every change is on disk before the call returns. Safe to call from any thread.
class AgentMemory {
 public:
  AgentMemory(std::filesystem::path file, AgentRecord record) : file_(std::move(file)), record_(std::move(record)) {}

  AgentRecord record() const;
  bool is_ensured(const std::string& name) const;

  engine::AgentDuty duty() const;
  /// Takes note of a request's epoch. ErrorCode::stale_epoch when a newer one has been seen.
  base::Status accept(base::Epoch epoch);
  /// Takes note of a command's term. ErrorCode::stale_term when a newer controller has been seen.
  base::Status obey(const engine::Term& term);
  base::Status assign(const RegionAssignment& assignment);
  /// The region is to take writes in the epoch, or no lease up to it counts any more.
  base::Status open(base::Epoch epoch);
  base::Status fence(base::Epoch epoch);
  base::Status add_ensured(const std::string& name);
  base::Status remove_ensured(const std::string& name);
  base::Status replace(const AgentRecord& record);

 private:
  template <class Change>
  base::Status change(Change&& change);
  template <class Change>
  base::Status change_duty(Change&& change);

  std::filesystem::path file_;
  mutable std::mutex mutex_;
  AgentRecord record_;
};

/// The role that is spelled so; ErrorCode::bad_request for anything else.
base::Result<model::RegionRole> role_from_name(const std::string& name);

}  // namespace lifeboat::local
