#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/aws_host.h"
#include "cli/declare.h"
#include "cli/hosted_world.h"
#include "cli/journal_text.h"
#include "cli/known_reign.h"
#include "cli/stack_home.h"
#include "journal/open_folder.h"

namespace lifeboat::cli {
namespace {

using Folder = std::unique_ptr<ports::LogFolder>;

struct JournalFlags {
  std::string action;
  std::string active;
};

/// A journal's files and what they hold.
struct Found {
  journal::LogParts parts;
  journal::Survey survey;
};

base::Result<Found> look(ports::LogFolder& folder) {
  auto parts = journal::read_parts(folder);
  if (!parts) return std::unexpected(parts.error());
  if (parts->empty()) {
    return base::fail(base::ErrorCode::file_missing,
                      fmt::format("there is no journal yet: {} is missing", parts->current_path),
                      "Run 'lifeboat up' to start the controller, which makes it.");
  }
  auto survey = journal::survey(*parts);
  if (!survey) return std::unexpected(survey.error());
  return Found{std::move(*parts), std::move(*survey)};
}

Outcome check_folder(Context& context, const model::Stack& stack, ports::LogFolder& folder) {
  auto found = look(folder);
  if (!found) return std::unexpected(found.error());
  const auto state = journal::state_after(engine::make_setup(stack), found->survey.records);
  const JournalFacts facts{stack.name, std::move(found->survey), state};
  context.print(context.json() ? journal_document(facts) : journal_text(context.terminal, facts));
  return facts.survey.gaps.empty() ? ExitCode::done : ExitCode::refused;
}

Outcome check(Context& context, const StackHome& home) {
  auto folder = journal::look_into_log_folder(home.paths.journal());
  if (!folder) return std::unexpected(folder.error());
  return check_folder(context, home.stack, **folder);
}

/// What the buckets' copies say together; they are only read.
Outcome check_copy(Context& context, const ChosenStack& chosen) {
  const auto host = AwsHost::open(chosen);
  if (!host) return std::unexpected(host.error());
  auto folder = journal::volatile_log_folder();
  const auto world = hosted_world((*host)->world(), chosen.stack(), {});
  if (auto fetched = world.look_at_journal(*folder); !fetched) return std::unexpected(fetched.error());
  return check_folder(context, chosen.stack(), *folder);
}

/// A controller that cannot read its journal is started again and again and holds the lock for a moment each time; one
/// that holds it for longer works.
base::Result<Folder> lock(const StackHome& home) {
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (true) {
    auto folder = journal::open_log_folder(home.paths.journal());
    if (folder || folder.error().code != base::ErrorCode::journal_locked) return folder;
    if (std::chrono::steady_clock::now() >= give_up_at) {
      return base::fail(
          base::ErrorCode::journal_locked, folder.error().message,
          "A controller that works with its journal needs no repair; 'lifeboat journal check' looks at it "
          "meanwhile.");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string question(const RepairFacts& facts) {
  std::string lost;
  for (const auto& gap : facts.survey.gaps) lost += (lost.empty() ? "" : ", ") + lost_text(gap);
  return fmt::format("Repair the journal of '{}'? {} records are kept; {}. The damaged files stay beside it.",
                     facts.stack, facts.survey.records.size(), lost);
}

Outcome repair(Context& context, const StackHome& home, const std::string& active) {
  const bool dry_run = context.options.dry_run;
  auto folder = dry_run ? journal::look_into_log_folder(home.paths.journal()) : lock(home);
  if (!folder) return std::unexpected(folder.error());
  auto found = look(**folder);
  if (!found) return std::unexpected(found.error());
  const auto now = std::chrono::floor<base::Milliseconds>(std::chrono::system_clock::now());
  const auto known = what_is_known(home, active, now);
  if (!known) return std::unexpected(known.error());
  auto plan = journal::plan_repair(found->survey, *known);
  if (!plan) return std::unexpected(plan.error());
  if (const auto& said = plan->state.active_region.value; !active.empty() && active != said) {
    return base::fail(base::ErrorCode::bad_flag,
                      fmt::format("the readable records say that {} is the active region, not {}", said, active),
                      "Leave --active out.");
  }
  RepairFacts facts{home.stack.name, std::move(found->survey), std::move(*plan), {}, dry_run};
  if (!dry_run) {
    if (!facts.survey.gaps.empty()) {
      const auto go = confirm(context, question(facts));
      if (!go) return std::unexpected(go.error());
      if (!*go) return ExitCode::refused;
    }
    auto originals = journal::carry_out_repair(**folder, std::move(found->parts), facts.survey, facts.plan, now);
    if (!originals) return std::unexpected(originals.error());
    facts.originals = std::move(*originals);
  }
  context.print(context.json() ? repair_document(facts) : repair_text(context.terminal, facts));
  return ExitCode::done;
}

}  // namespace

Handler declare_journal(CLI::App& parser) {
  auto flags = std::make_shared<JournalFlags>();
  parser.add_option("ACTION", flags->action, "check (reads only; exit code 3 when damaged) or repair")
      ->required()
      ->check(CLI::IsMember({"check", "repair"}));
  parser
      .add_option("--active", flags->active, "repair: the active region, where no readable record and no agent says it")
      ->option_text("REGION");
  return [flags](Context& context) -> Outcome {
    const auto chosen = choose(context.options);
    if (chosen && chosen->is_aws() && flags->action == "check") return check_copy(context, *chosen);
    auto home = open_stack(context.options,
                           {"its journal is repaired from its copies",
                            "'lifeboat journal check' reads them; each bucket keeps the earlier versions of its "
                            "journal/ objects, and a copy that is put aside is made again from the other."});
    if (!home) return std::unexpected(home.error());
    return flags->action == "check" ? check(context, *home) : repair(context, *home, flags->active);
  };
}

}  // namespace lifeboat::cli
