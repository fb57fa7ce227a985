#include "runtime/core.h"

#include <utility>

namespace lifeboat::runtime {

Core::Core(engine::Setup setup, journal::Journal journal)
    : journal_(std::move(journal)), state_(engine::initial_state(std::move(setup))), records_(journal_.take_records()) {
  for (const auto& record : records_) state_ = engine::fold(std::move(state_), record);
}

base::Result<Core::Output> Core::handle(const engine::Input& input) {
  auto result = engine::step(state_, input);
  if (auto status = journal_.append(result.records); !status) return std::unexpected(status.error());
  engine::take(state_, result);
  records_.insert(records_.end(), result.records.begin(), result.records.end());
  return Output{std::move(result.records), std::move(result.grants), std::move(result.effects),
                std::move(result.explanation), std::move(result.reply)};
}

}  // namespace lifeboat::runtime
