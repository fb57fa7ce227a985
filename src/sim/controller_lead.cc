#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/controller.h"
#include "sim/simulated_folder.h"
#include "sim/world.h"

// How a controller comes to lead, as LocalProvider::take_over() does it, and how it knows that it still does.

namespace lifeboat::sim {

using base::ErrorCode;

namespace {

base::Result<bool> answer_of(const base::Status& status) {
  if (status) return true;
  return std::unexpected(status.error());
}

}  // namespace

void Controller::ask_for_terms(int attempt) {
  constexpr Time term_limit = second;
  constexpr int attempts = 10;
  if (attempt == attempts) return stop("another controller takes every term that this one wants", true);
  auto highest = std::make_shared<engine::Term>();
  auto left = std::make_shared<int>(3);
  const auto note = [this, attempt, highest, left](const base::Result<engine::Term>& term) {
    if (term && term->number > highest->number) *highest = *term;
    if (--*left == 0) claim_term(attempt, *highest);
  };
  for (auto* region : world_.regions()) {
    network_.call<engine::Term>(
        here(), {region->site(), &region->agent.process}, term_limit,
        [region](const Answer<engine::Term>& answer) { answer(region->agent.duty().term); }, note);
  }
  auto& dns = world_.dns;
  network_.call<engine::Term>(
      here(), dns.agent_endpoint(), term_limit, [&dns](const Answer<engine::Term>& answer) { answer(dns.duty().term); },
      note);
}

void Controller::claim_term(int attempt, const engine::Term& before) {
  constexpr Time term_limit = second;
  const auto claimed_at = now();
  term_ = {before.number + 1, fmt::format("{}-{}", process.name(), ground_.random.below(1'000'000'000))};
  // The seat first: who does not get it must not be heard of by the regions' agents.
  auto& dns = world_.dns;
  network_.call<base::Epoch>(
      here(), dns.agent_endpoint(), term_limit,
      [&dns, term = term_](const Answer<base::Epoch>& answer) {
        const auto claimed = dns.claim(term);
        if (!claimed) return answer(std::unexpected(claimed.error()));
        answer(dns.duty().newest);
      },
      [this, attempt, before, claimed_at](const base::Result<base::Epoch>& newest) {
        if (newest) return claim_regions(attempt, {term_, before, *newest, claimed_at});
        process.after(ground_.random.between(10, 300) * millisecond, [this, attempt] { ask_for_terms(attempt + 1); });
      });
}

void Controller::claim_regions(int attempt, const engine::Leads& leads) {
  constexpr Time term_limit = second;
  auto left = std::make_shared<int>(2);
  auto refused = std::make_shared<bool>(false);
  const auto note = [this, attempt, leads, left, refused](const base::Result<bool>& claimed) {
    if (!claimed && claimed.error().code == ErrorCode::stale_term) *refused = true;
    if (--*left > 0) return;
    if (*refused) return ask_for_terms(attempt + 1);
    begin(leads);
  };
  for (auto* region : world_.regions()) {
    network_.call<bool>(
        here(), {region->site(), &region->agent.process}, term_limit,
        [region, term = term_](const Answer<bool>& answer) { answer(answer_of(region->agent.claim(term))); }, note);
  }
}

void Controller::begin(const engine::Leads& leads) {
  // Small files, so that a seed sees many of them closed.
  constexpr journal::JournalOptions options{.largest_file_bytes = 8u << 10};
  auto journal = journal::Journal::open(std::make_unique<SimulatedFolder>(disk, disk_dies, ground_.random), options);
  if (!journal && journal.error().code == ErrorCode::journal_corrupt) {
    return ground_.violated("a journal cannot be read", journal.error().text());
  }
  if (!journal) return stop(journal.error().message, false);
  ground_.tell([&] {
    return fmt::format("{} leads with term {}; its journal has {} records", process.name(), term_.number,
                       journal->records().size());
  });
  core_.emplace(ground_.settings.setup, std::move(*journal));
  handle(leads);
  if (!core_) return;
  tick();
  ask_seat();
  for (auto* region : world_.regions()) {
    probe(*region);
    observe(*region);
  }
  observe_global();
  if (ground_.led) ground_.led();
}

void Controller::ask_seat() {
  const auto interval = engine::renewal_interval(ground_.settings.setup.lease_time_to_live);
  auto& dns = world_.dns;
  network_.call<bool>(
      here(), dns.agent_endpoint(), time_of(interval * 2),
      [&dns, term = term_](const Answer<bool>& answer) { answer(dns.duty().term == term); },
      [this, asked_at = now(), interval](const base::Result<bool>& obeys) {
        if (obeys && !*obeys) return stop("the global agent obeys a newer controller", true);
        process.after(time_of(interval), [this] { ask_seat(); });
        if (obeys) handle(engine::SeatConfirmed{asked_at});
      });
}

}  // namespace lifeboat::sim
