#include "controller/operation_views.h"

#include <algorithm>
#include <map>

namespace lifeboat::controller {
namespace {

std::int64_t unix_ms(base::WallTime time) {
  return time.time_since_epoch().count();
}

/// "up-1/us-east-2/web-1" is shown as "us-east-2/web-1": the operation is named above it.
std::string without_operation(const engine::EffectId& effect) {
  const auto slash = effect.value.find('/');
  return slash == std::string::npos ? effect.value : effect.value.substr(slash + 1);
}

std::map<engine::EffectId, base::WallTime> times_done(const base::OperationId& id,
                                                      std::span<const engine::Record> records) {
  std::map<engine::EffectId, base::WallTime> times;
  for (const auto& record : records) {
    const auto* succeeded = std::get_if<engine::EffectSucceeded>(&record);
    if (succeeded != nullptr && succeeded->operation == id) times[succeeded->effect] = succeeded->at;
  }
  return times;
}

std::vector<api::ProgressView> progress_of(const engine::Operation& operation, const engine::State& state,
                                           std::span<const engine::Record> records, base::WallTime now) {
  const auto done_at = times_done(operation.id(), records);
  const auto started = unix_ms(operation.started.at);
  std::vector<api::ProgressView> all;
  for (const auto& [effect, progress] : operation.progress) {
    const auto done = done_at.find(effect);
    const auto end = done == done_at.end() ? now : done->second;
    all.push_back({without_operation(effect), progress.done ? "done" : "failing", unix_ms(end) - started,
                   progress.done ? "" : progress.last_error});
  }
  for (const auto& effect : state.watch.under_way) {
    if (!effect.value.starts_with(operation.id().value + "/") || operation.progress.contains(effect)) continue;
    all.push_back({without_operation(effect), "running", unix_ms(now) - started, ""});
  }
  std::ranges::stable_sort(all, {}, &api::ProgressView::elapsed_ms);
  return all;
}

std::string state_of(const engine::Operation& operation) {
  return operation.ended ? std::string(to_string(operation.ended->verdict)) : "running";
}

}  // namespace

api::OperationView view_of(const engine::Operation& operation, const engine::State& state,
                           std::span<const engine::Record> records, base::WallTime now) {
  api::OperationView view;
  view.id = operation.id().value;
  view.kind = to_string(operation.started.kind);
  view.phase = operation.phase ? to_string(*operation.phase) : "ended";
  view.state = state_of(operation);
  view.from = operation.started.from.value;
  view.to = operation.started.to.value;
  view.started_at_ms = unix_ms(operation.started.at);
  view.elapsed_ms = unix_ms(operation.ended ? operation.ended->at : now) - view.started_at_ms;
  view.progress = progress_of(operation, state, records, now);
  for (const auto& record : records) {
    if (operation_of(record) != operation.id()) continue;
    if (auto sentence = sentence_of(record); !sentence.empty()) view.sentences.push_back(std::move(sentence));
  }
  const auto& error = operation.ended ? operation.ended->error : operation.cause;
  if (error) view.error = api::view_of(*error);
  return view;
}

const engine::Operation* find_operation(const engine::State& state, const base::OperationId& id) {
  if (state.operation && state.operation->id() == id) return &*state.operation;
  const auto found = std::ranges::find(state.history, id, &engine::Operation::id);
  return found == state.history.end() ? nullptr : &*found;
}

std::vector<api::LogEntryView> log_after(std::span<const engine::Record> records, std::uint64_t after) {
  std::vector<api::LogEntryView> entries;
  for (std::uint64_t place = after; place < records.size(); ++place) {
    const auto& record = records[place];
    auto sentence = sentence_of(record);
    if (sentence.empty()) continue;
    const auto operation = operation_of(record);
    const auto at = unix_ms(time_of(record));
    entries.push_back({place + 1, at, api::moment_text(at), std::move(sentence),
                       operation.empty() ? std::nullopt : std::optional(operation.value)});
  }
  return entries;
}

}  // namespace lifeboat::controller
