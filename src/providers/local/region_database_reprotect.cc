#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/local/postgres_files.h"
#include "providers/local/postgres_ledger.h"
#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

using base::ErrorCode;
using engine::ReprotectMethod;
using State = WriterRecord::State;

/// What one reprotect works with and has found so far.
struct RegionDatabase::Impl::Reprotecting {
  base::Epoch epoch;
  Endpoint source;
  std::string system_identifier;  ///< The source's.
  Lineage lineage;                ///< The source's.
  std::filesystem::path progress_file;
  engine::Reprotection result;
  Lineage rescued;  ///< The lineage of the node whose diverged writes were exported already.

  void used(ReprotectMethod method) { result.method = std::max(result.method, method); }
  /// Remembers what was found, for the case that this process ends before it can answer.
  base::Status save() const;
  void load();
};

base::Status RegionDatabase::Impl::Reprotecting::save() const {
  const nlohmann::json json{{"epoch", epoch.value},
                            {"method", static_cast<int>(result.method)},
                            {"transactions", result.diverged_transactions},
                            {"rows", result.diverged_rows},
                            {"bytes", result.diverged_bytes},
                            {"ledger_file", result.ledger_file}};
  return write_file_durably(progress_file, json.dump(2) + "\n");
}

void RegionDatabase::Impl::Reprotecting::load() {
  const auto text = read_text_file(progress_file);
  const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
  if (!json.is_object() || json.value("epoch", std::uint64_t{0}) != epoch.value) return;
  result.method = static_cast<ReprotectMethod>(json.value("method", 0));
  result.diverged_transactions = json.value("transactions", std::uint64_t{0});
  result.diverged_rows = json.value("rows", std::uint64_t{0});
  result.diverged_bytes = json.value("bytes", std::uint64_t{0});
  result.ledger_file = json.value("ledger_file", std::string());
}

base::Result<engine::Reprotection> RegionDatabase::Impl::reprotect(base::Epoch epoch, const Deadline& deadline) {
  if (auto fresh = refuse_older(epoch); !fresh) return std::unexpected(fresh.error());
  for (auto& member : members_) member->job.request_stop();
  std::vector<RegionLock> locks;
  for (auto& member : members_) {
    auto lock = lock_member(*member, deadline);
    if (!lock) return std::unexpected(lock.error());
    locks.push_back(std::move(*lock));
  }
  auto region = lock_region(deadline);
  if (!region) return std::unexpected(region.error());
  if (auto prepared = prepare_reprotect(epoch, deadline); !prepared) return std::unexpected(prepared.error());

  Reprotecting work{.epoch = epoch,
                    .source = {},
                    .system_identifier = {},
                    .lineage = {},
                    .progress_file = {},
                    .result = {},
                    .rescued = {}};
  work.progress_file = context_.paths.root / "reprotect.json";
  work.load();
  if (auto found = find_source(work, deadline); !found) return std::unexpected(found.error());
  // The old writer first: it has the most, so that what its standby has of the same needs no second export.
  const auto old_writer = record()->writer;
  std::vector<Member*> order;
  for (auto& member : members_) order.push_back(member.get());
  std::ranges::stable_partition(order, [&](const Member* member) { return member->node.name() == old_writer; });
  for (Member* member : order) {
    if (auto made = make_replica(*member, work, deadline); !made) return std::unexpected(made.error());
    if (auto saved = work.save(); !saved) return std::unexpected(saved.error());
  }
  if (auto finished = finish_reprotect(epoch, deadline); !finished) return std::unexpected(finished.error());
  return work.result;
}

base::Status RegionDatabase::Impl::prepare_reprotect(base::Epoch epoch, const Deadline& deadline) {
  const auto over = change_record([&](WriterRecord& next) -> base::Status {
    if (next.state != State::none && next.state != State::fenced && next.epoch == epoch) {
      return base::fail(ErrorCode::stale_epoch,
                        fmt::format("{} itself reigns in epoch {}; it cannot be made a replica in it",
                                    context_.region.name.value, epoch.value));
    }
    if (next.state != State::none) next.state = State::fenced;
    return {};
  });
  if (!over) return over;
  for (auto& member : members_) {
    if (member->node.installed() && member->node.is_standby()) continue;
    const auto stopped = member->node.stop(deadline, base::Milliseconds{3000});
    if (!stopped) return std::unexpected(stopped.error());
  }
  return {};
}

base::Status RegionDatabase::Impl::find_source(Reprotecting& work, const Deadline& deadline) {
  const auto source = wait_other_writer(work.epoch, deadline);
  if (!source) return std::unexpected(source.error());
  work.source = source->endpoint;
  if (auto done = checkpoint_at(work.source, deadline); !done) return done;
  auto client =
      PostgresClient::connect(members_.front()->node.target(work.source), deadline.at_most(base::Milliseconds{2000}));
  if (!client) return std::unexpected(client.error());
  auto lineage = read_lineage(*client, deadline.remaining());
  if (!lineage) return std::unexpected(lineage.error());
  work.lineage = *lineage;
  const auto identifier = client->query("SELECT system_identifier FROM pg_control_system()", deadline.remaining());
  if (!identifier) return std::unexpected(identifier.error());
  work.system_identifier = identifier->text(0, 0);
  return {};
}

base::Status RegionDatabase::Impl::make_replica(Member& member, Reprotecting& work, const Deadline& deadline) {
  auto& node = member.node;
  const auto look = member.observer.look(look_timeout, context_.clock.now());
  if (look.answering && look.in_recovery && look.streaming && look.timeline == work.lineage.back().timeline) return {};
  if (const auto stopped = node.stop(deadline, base::Milliseconds{3000}); !stopped) {
    return std::unexpected(stopped.error());
  }
  if (!node.installed()) return replace_data(member, work, deadline);
  const auto& bin = context_.programs.postgres_bin;
  const auto control = read_control_data(bin, node.paths().data(), deadline);
  if (!control || control->system_identifier != work.system_identifier) return replace_data(member, work, deadline);
  const auto lineage = read_lineage(bin, node.paths().data(), *control, deadline);
  if (!lineage) return replace_data(member, work, deadline);
  const auto divergence = find_divergence(*lineage, work.lineage);
  if (!divergence) return replace_data(member, work, deadline);
  if (!divergence->diverged() && (node.is_standby() || control->shut_down())) return node.become_standby();
  if (divergence->diverged()) {
    if (auto rescued = rescue_writes(member, *lineage, *divergence, work, deadline); !rescued) {
      work.result.ledger_file = fmt::format("none: {}", rescued.error().message);
      return replace_data(member, work, deadline);
    }
  }
  if (!node.rewind_to(work.source, deadline, {})) return replace_data(member, work, deadline);
  work.used(ReprotectMethod::rewound);
  return {};
}

base::Status RegionDatabase::Impl::rescue_writes(Member& member, const Lineage& lineage, const Divergence& divergence,
                                                 Reprotecting& work, const Deadline& deadline) {
  const bool same_way =
      lineage.size() == work.rescued.size() && lineage.back().timeline == work.rescued.back().timeline;
  if (same_way && lineage.back().end <= work.rescued.back().end) return {};
  std::error_code ignored;
  // Until its writes are exported the data is a former writer's; that a standby recovers to the end of what it received
  // needs no server to follow.
  std::filesystem::remove(member.node.paths().standby_signal(), ignored);
  const auto file = context_.stack_paths.ledger() / fmt::format("before-epoch-{}-{}-{}.jsonl", work.epoch.value,
                                                                context_.region.name.value, member.node.name());
  const auto admin = member.node.target(member.node.placement().endpoint);
  const auto summary = export_diverged_writes(member.node, admin, lineage, divergence, file, deadline);
  if (!summary) return std::unexpected(summary.error());
  work.rescued = lineage;
  work.result.diverged_transactions += summary->transactions;
  work.result.diverged_rows += summary->rows;
  work.result.diverged_bytes += summary->bytes;
  if (!summary->file.empty()) work.result.ledger_file = summary->file;
  return work.save();
}

base::Status RegionDatabase::Impl::replace_data(Member& member, Reprotecting& work, const Deadline& deadline) {
  const auto paths = member.node.paths();
  // Data that could not be read as a common past's may hold writes nobody else has: it is kept beside, never deleted.
  if (std::filesystem::exists(paths.data() / "PG_VERSION") && !std::filesystem::exists(paths.rewinding())) {
    const auto aside = paths.root / fmt::format("data.before-epoch-{}", work.epoch.value);
    if (std::filesystem::exists(aside)) {
      if (auto removed = remove_tree(paths.data()); !removed) return removed;
    } else if (auto renamed = rename_durably(paths.data(), aside); !renamed) {
      return renamed;
    }
  }
  work.used(ReprotectMethod::rebuilt);
  return member.node.copy_from(work.source, deadline, {});
}

base::Status RegionDatabase::Impl::finish_reprotect(base::Epoch epoch, const Deadline& deadline) {
  const auto replica = change_record([&](WriterRecord& next) -> base::Status {
    next = {.state = State::none,
            .epoch = epoch,
            .established = true,
            .writer = {},
            .synchronous_standby = {},
            .synchronous_replica = {}};
    return {};
  });
  if (!replica) return replica;
  memory_ = {};
  for (auto& member : members_) {
    const bool is_first = member == members_.front();
    if (auto started = start_replica(*member, is_first ? "" : members_.front()->node.name()); !started) return started;
  }
  for (auto& member : members_) {
    if (auto streams = wait_streaming(*member, deadline); !streams) return streams;
  }
  return {};
}

}  // namespace lifeboat::local
