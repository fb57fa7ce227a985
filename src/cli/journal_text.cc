#include "cli/journal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "api/log_view.h"
#include "engine/record.h"
#include "journal/record_json.h"

namespace lifeboat::cli {
namespace {

constexpr std::size_t label_width = 12;
constexpr std::string_view next_after_check = "lifeboat journal repair --dry-run";

std::string line(std::string_view label, std::string_view text) {
  return fmt::format("  {} {}\n", pad(label, label_width), text);
}

std::int64_t ms_of(const engine::Record& record) {
  return engine::time_of(record).time_since_epoch().count();
}

std::string records_text(const std::vector<engine::Record>& records) {
  if (records.empty()) return "none";
  return fmt::format("{}, from {} to {}", records.size(), api::moment_text(ms_of(records.front())),
                     api::moment_text(ms_of(records.back())));
}

std::string operation_text(const engine::State& state) {
  if (!state.operation) return "nothing";
  const auto& phase = state.operation->phase;
  return fmt::format("{} ({})", state.operation->id().value, phase ? engine::to_string(*phase) : "not begun");
}

std::string gap_text(const Terminal& terminal, const journal::Survey& survey) {
  std::string text;
  for (const auto& gap : survey.gaps) {
    text += line("damage", paint(terminal, Tone::bad, fmt::format("{}, byte {}: {}", gap.path, gap.offset, gap.why)));
    text += line("", fmt::format("{}; {} records before it can be read, {} after it", lost_text(gap),
                                 gap.readable_before, survey.records.size() - gap.readable_before));
  }
  return text;
}

nlohmann::ordered_json damage_json(const journal::Survey& survey) {
  auto damage = nlohmann::ordered_json::array();
  for (const auto& gap : survey.gaps) {
    nlohmann::ordered_json found = {
        {"file", gap.path}, {"offset", gap.offset}, {"why", gap.why}, {"first_record", gap.first_record}};
    found["lost_records"] = nullptr;
    if (gap.next_record) found["lost_records"] = *gap.next_record - gap.first_record;
    found["readable_before"] = gap.readable_before;
    found["readable_after"] = survey.records.size() - gap.readable_before;
    damage.push_back(std::move(found));
  }
  return damage;
}

std::string dump(const nlohmann::ordered_json& document) {
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// What the repair wrote, for people.
std::string added_text(const engine::Record& record) {
  if (const auto* promised = std::get_if<engine::EpochPromised>(&record)) {
    return fmt::format("epoch {} is promised: no older one is ever begun again", promised->epoch.value);
  }
  if (const auto* began = std::get_if<engine::ReignBegan>(&record)) {
    return fmt::format("{} is the active region", began->region.value);
  }
  if (const auto* changed = std::get_if<engine::StandbyChanged>(&record)) {
    return fmt::format("{} counts as no replica until 'lifeboat reprotect' has made it one", changed->region.value);
  }
  return engine::sentence_of(record);
}

std::string next_after_repair(const journal::RepairPlan& plan) {
  const bool distrusted = std::ranges::any_of(
      plan.added, [](const engine::Record& record) { return std::holds_alternative<engine::StandbyChanged>(record); });
  return distrusted ? "lifeboat up, then lifeboat reprotect" : "lifeboat up";
}

std::string kept_text(const journal::Survey& survey) {
  const auto& gap = survey.gaps.front();
  const bool moves = gap.loses_records() && gap.next_record;
  return fmt::format("{} records{}", survey.records.size(),
                     moves ? fmt::format(", numbered anew from record {} on", gap.first_record) : "");
}

}  // namespace

std::string lost_text(const journal::Gap& gap) {
  if (!gap.loses_records()) return "no record is lost";
  if (!gap.next_record) return fmt::format("record {} and what followed it are lost", gap.first_record);
  const auto last = *gap.next_record - 1;
  if (last == gap.first_record) return fmt::format("record {} is lost", last);
  return fmt::format("records {}–{} are lost", gap.first_record, last);
}

std::string journal_text(const Terminal& terminal, const JournalFacts& facts) {
  const auto& [stack, survey, state] = facts;
  const bool sound = survey.gaps.empty();
  std::string text = fmt::format("{}: the journal is {}.\n", paint(terminal, Tone::strong, stack),
                                 sound ? paint(terminal, Tone::good, "sound")
                                       : paint(terminal, Tone::bad, "damaged") + "; no controller starts with it");
  for (const auto& file : survey.files) {
    text += line("file", fmt::format("{}, {} bytes, {} records", file.path, file.size_bytes, file.records));
  }
  text += gap_text(terminal, survey) + line("records", records_text(survey.records));
  text +=
      line("epoch", fmt::format("{} reigns, {} is the newest promised", state.epoch.value, state.promised_epoch.value));
  text += line("active", state.active_region.value) + line("under way", operation_text(state));
  if (survey.torn_bytes > 0) {
    text += line("torn tail",
                 fmt::format("{} bytes, which is normal: an append is under way, or a crash ended it and the next "
                             "start cuts it off",
                             survey.torn_bytes));
  }
  if (sound) return text;
  return text +
         "What the last lines say is as far as the journal can be read. The service does not need it; operations "
         "do.\n" +
         fmt::format("Next: {}  (what would be kept and what is lost; changes nothing)\n",
                     paint(terminal, Tone::accent, next_after_check));
}

std::string journal_document(const JournalFacts& facts) {
  const auto& [stack, survey, state] = facts;
  auto files = nlohmann::ordered_json::array();
  for (const auto& file : survey.files) {
    files.push_back({{"path", file.path}, {"size_bytes", file.size_bytes}, {"records", file.records}});
  }
  nlohmann::ordered_json document = {{"version", api::document_version},
                                     {"stack", stack},
                                     {"sound", survey.gaps.empty()},
                                     {"files", files},
                                     {"records", survey.records.size()},
                                     {"first_at_ms", nullptr},
                                     {"last_at_ms", nullptr},
                                     {"epoch", state.epoch.value},
                                     {"promised_epoch", state.promised_epoch.value},
                                     {"active_region", state.active_region.value},
                                     {"operation", nullptr},
                                     {"torn_bytes", survey.torn_bytes},
                                     {"damage", damage_json(survey)},
                                     {"next", nullptr}};
  if (!survey.records.empty()) {
    document["first_at_ms"] = ms_of(survey.records.front());
    document["last_at_ms"] = ms_of(survey.records.back());
  }
  if (state.operation) document["operation"] = state.operation->id().value;
  if (!survey.gaps.empty()) document["next"] = next_after_check;
  return dump(document);
}

std::string repair_text(const Terminal& terminal, const RepairFacts& facts) {
  const auto stack = paint(terminal, Tone::strong, facts.stack);
  if (facts.survey.gaps.empty()) return fmt::format("{}: the journal is sound; there is nothing to repair.\n", stack);
  std::string text = facts.dry_run
                         ? fmt::format("{}: nothing was changed. A repair would leave:\n", stack)
                         : fmt::format("{}: the journal is {}.\n", stack, paint(terminal, Tone::good, "repaired"));
  text += gap_text(terminal, facts.survey);
  text += line("kept", kept_text(facts.survey));
  for (const auto& record : facts.plan.added) text += line("added", added_text(record));
  if (const auto& operation = facts.plan.state.operation) {
    text += line("under way", operation->id().value + ", which goes on when a controller starts");
  }
  for (const auto& original : facts.originals) text += line("original", original);
  if (facts.dry_run) {
    return text + fmt::format("Next: {}  (keeps the damaged files beside the repaired one)\n",
                              paint(terminal, Tone::accent, "lifeboat journal repair"));
  }
  return text + fmt::format("Next: {}\n", paint(terminal, Tone::accent, next_after_repair(facts.plan)));
}

std::string repair_document(const RepairFacts& facts) {
  auto added = nlohmann::ordered_json::array();
  for (const auto& record : facts.plan.added) added.push_back(nlohmann::ordered_json(journal::to_json(record)));
  nlohmann::ordered_json document = {{"version", api::document_version},
                                     {"stack", facts.stack},
                                     {"dry_run", facts.dry_run},
                                     {"damage", damage_json(facts.survey)},
                                     {"kept_records", facts.survey.records.size()},
                                     {"added", added},
                                     {"ended_operation", nullptr},
                                     {"operation", nullptr},
                                     {"promised_epoch", facts.plan.state.promised_epoch.value},
                                     {"active_region", facts.plan.state.active_region.value},
                                     {"originals", facts.originals},
                                     {"next", nullptr}};
  if (facts.plan.ended_operation) document["ended_operation"] = facts.plan.ended_operation->value;
  if (facts.plan.state.operation) document["operation"] = facts.plan.state.operation->id().value;
  if (!facts.survey.gaps.empty()) {
    document["next"] = facts.dry_run ? "lifeboat journal repair" : next_after_repair(facts.plan);
  }
  return dump(document);
}

}  // namespace lifeboat::cli
