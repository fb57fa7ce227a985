#include "journal/repair.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "journal/journal.h"

namespace lifeboat::journal {
namespace {

using engine::Record;
using Records = std::span<const Record>;

constexpr const char* repaired_name = "journal.lbj.repaired";

template <class Kind>
bool any(Records records) {
  return std::ranges::any_of(records, [](const Record& record) { return std::holds_alternative<Kind>(record); });
}

base::Epoch newest_epoch(Records records) {
  base::Epoch newest;
  for (const auto& record : records) {
    if (const auto* promised = std::get_if<engine::EpochPromised>(&record)) newest = std::max(newest, promised->epoch);
    if (const auto* began = std::get_if<engine::ReignBegan>(&record)) newest = std::max(newest, began->epoch);
    if (const auto* adopted = std::get_if<engine::Adopted>(&record)) newest = std::max(newest, adopted->promised);
  }
  return newest;
}

/// Which region reigned where the records begin, by the first of them that says so.
std::optional<base::RegionName> first_claim(Records records, const base::RegionName& before) {
  for (const auto& record : records) {
    if (const auto* started = std::get_if<engine::OperationStarted>(&record)) return started->from;
    if (const auto* changed = std::get_if<engine::SynchronyChanged>(&record)) return changed->region;
    // Whatever was true before, from here on it is what this record says.
    if (std::holds_alternative<engine::ReignBegan>(record) || std::holds_alternative<engine::Adopted>(record)) {
      return before;
    }
  }
  return std::nullopt;
}

std::string lost_text(const Survey& survey) {
  std::uint64_t lost = 0;
  bool open_end = false;
  for (const auto& gap : survey.gaps) {
    if (gap.next_record) lost += *gap.next_record - gap.first_record;
    if (!gap.next_record) open_end = true;
  }
  if (open_end) return lost == 0 ? "Its end is lost" : fmt::format("{} records and its end are lost", lost);
  return lost == 1 ? "One record is lost" : fmt::format("{} records are lost", lost);
}

class Planner {
 public:
  Planner(const Survey& survey, const RepairInput& input) : survey_(survey), input_(input) {
    plan_.records = survey.records;
    for (const auto& gap : survey.gaps) {
      if (gap.loses_records()) after_ = gap.readable_before;
    }
  }

  base::Result<RepairPlan> run() {
    if (survey_.loses_records()) {
      if (auto status = settle_reign(); !status) return std::unexpected(status.error());
      end_operation();
      promise();
      distrust_standby();
      add(engine::Disarmed{fmt::format("The journal was repaired. {}; nothing is armed now.", lost_text(survey_)),
                           input_.now});
    }
    plan_.state = state();
    return std::move(plan_);
  }

 private:
  /// The readable records after the last loss.
  Records since() const { return Records(plan_.records).subspan(after_); }
  engine::State state() const { return state_after(input_.setup, plan_.records); }

  void add(Record record) {
    plan_.added.push_back(record);
    plan_.records.push_back(std::move(record));
  }

  /// Says who reigned after the loss, where the records before it say otherwise. A repair that guessed could make the
  /// engine open the wrong region's writer, with an epoch that the agents obey.
  base::Status settle_reign() {
    const auto before = state_after(input_.setup, Records(plan_.records).first(after_));
    auto epoch = std::max(before.epoch, before.promised_epoch);
    auto region = first_claim(since(), before.active_region);
    if (!region && input_.reign) {
      region = input_.reign->region;
      epoch = std::max(epoch, input_.reign->epoch);
    }
    if (!region) {
      return base::fail(base::ErrorCode::reign_unknown,
                        fmt::format("a lost record may be the one that says which region is active; the readable ones "
                                    "end with {} in epoch {}",
                                    before.active_region.value, before.epoch.value));
    }
    if (*region == before.active_region) return {};
    const Record began = engine::ReignBegan{{}, *region, epoch, input_.now};
    plan_.added.push_back(began);
    plan_.records.insert(plan_.records.begin() + static_cast<std::ptrdiff_t>(after_++), began);
    return {};
  }

  /// How far an operation came whose records are lost in part is not known; one that began later goes on.
  void end_operation() {
    const auto now = state();
    if (!now.operation) return;
    const bool outrun = input_.newest_epoch > now.promised_epoch;  // Then the promise that follows would break its own.
    const auto& id = now.operation->id();
    const auto began = [&id](const Record& record) {
      const auto* started = std::get_if<engine::OperationStarted>(&record);
      return started != nullptr && started->operation == id;
    };
    if (std::ranges::any_of(since(), began) && !outrun) return;
    auto cause = base::fail(base::ErrorCode::journal_corrupt, "records of the operation are lost",
                            "The damaged journal is kept beside the repaired one.")
                     .error();
    add(engine::OperationEnded{id, engine::Verdict::failed, std::move(cause),
                               fmt::format("{} was ended by the repair of the journal: how far it came is not known. "
                                           "Run 'lifeboat up' to reopen what it may have stopped.",
                                           id.value),
                               input_.now});
    plan_.ended_operation = id;
  }

  /// What was promised after the loss was promised knowing what is lost.
  void promise() {
    const bool promised_since = any<engine::EpochPromised>(since()) || any<engine::Adopted>(since());
    if (promised_since && input_.newest_epoch <= state().promised_epoch) return;
    auto epoch = std::max(newest_epoch(plan_.records), input_.newest_epoch);
    for (const auto& gap : survey_.gaps) epoch.value += gap.loses_records() ? gap.most_lost() : 0;
    add(engine::EpochPromised{{}, epoch.next(), input_.now});
  }

  /// The lost records may have begun to rebuild it.
  void distrust_standby() {
    const auto now = state();
    if (!now.standby_is_replica || any<engine::StandbyChanged>(since())) return;
    add(engine::StandbyChanged{{}, now.standby_region(), false, input_.now});
  }

  const Survey& survey_;
  const RepairInput& input_;
  RepairPlan plan_;
  std::size_t after_ = 0;
};

std::string moment(base::WallTime at) {
  return fmt::format("{:%Y%m%dT%H%M%S}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

/// Appends to a new file and syncs it.
base::Status write_file(ports::LogFolder& folder, const std::string& name, std::string_view bytes) {
  if (auto status = folder.truncate(name, 0); !status) return status;
  if (auto status = folder.append(name, bytes); !status) return status;
  return folder.sync(name);
}

}  // namespace

engine::State state_after(const engine::Setup& setup, Records records) {
  auto state = engine::initial_state(setup);
  for (const auto& record : records) state = engine::fold(std::move(state), record);
  return state;
}

base::Result<RepairPlan> plan_repair(const Survey& survey, const RepairInput& input) {
  return Planner(survey, input).run();
}

base::Result<std::vector<std::string>> carry_out_repair(ports::LogFolder& folder, LogParts parts, const Survey& survey,
                                                        const RepairPlan& plan, base::WallTime now) {
  auto originals = finish(folder, parts);
  if (!originals || survey.gaps.empty()) return originals;
  // The files before the first damaged one stay as they are; everything from it on is in the new current file.
  const auto whole = survey.gaps.front().file;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < whole; ++i) kept += survey.files[i].records;
  if (auto status = write_file(folder, repaired_name, file_of(kept + 1, Records(plan.records).subspan(kept)));
      !status) {
    return std::unexpected(status.error());
  }
  if (parts.current) {
    const auto copy = free_name(folder, fmt::format("{}.damaged-{}", current_name, moment(now)));
    if (!copy) return std::unexpected(copy.error());
    if (auto status = write_file(folder, *copy, parts.current->bytes); !status) return std::unexpected(status.error());
    originals->push_back(folder.path(*copy));
  }
  if (auto status = folder.sync_names(); !status) return std::unexpected(status.error());
  // Here the repaired journal takes the place of the old one: closed files that it holds count no longer.
  if (auto status = folder.rename(repaired_name, current_name); !status) return std::unexpected(status.error());
  if (auto status = folder.sync_names(); !status) return std::unexpected(status.error());
  for (std::size_t i = whole; i < parts.closed.size(); ++i) parts.superseded.push_back(parts.closed[i].name);
  const auto aside = finish(folder, parts);
  if (!aside) return aside;
  originals->insert(originals->end(), aside->begin(), aside->end());
  return originals;
}

}  // namespace lifeboat::journal
