#include "engine/report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/table.h"

namespace lifeboat::engine {
namespace {

std::int64_t between(base::WallTime from, base::WallTime to) {
  return std::max<std::int64_t>(0, (to - from).count());
}

/// Walks the records once and fills the report of one operation.
class ReportBuilder {
 public:
  explicit ReportBuilder(const base::OperationId& operation) { report_.operation = operation; }

  void take(const Record& record) {
    std::visit(*this, record);
    note(record);
  }

  std::optional<Report> finish() {
    if (!found_) return std::nullopt;
    fill_phases();
    fill_recovery_time();
    std::ranges::stable_sort(report_.timeline, {}, &TimelineEntry::at);
    return std::move(report_);
  }

  void operator()(const RegionLost& record) {
    losses_[record.region] = record;
    if (found_ && !over_ && record.region == report_.from && !loss_) loss_ = record;
  }
  void operator()(const RegionBack& record) { losses_.erase(record.region); }

  void operator()(const OperationStarted& record) {
    if (found_ && record.supersedes == report_.operation) end(Verdict::superseded, record.at);
    if (record.operation != report_.operation) return;
    found_ = true;
    report_.kind = record.kind;
    report_.from = record.from;
    report_.to = record.to;
    report_.trigger = record.trigger;
    report_.accepted_split_brain_risk = record.accept_split_brain_risk;
    report_.started_at = record.at;
    const auto loss = losses_.find(record.from);
    if (loss == losses_.end() || record.kind != OperationKind::failover) return;
    loss_ = loss->second;
    report_.timeline.push_back({loss_->first_miss_at, loss_->region.value + " left the first probe unanswered."});
    report_.timeline.push_back({loss_->at, loss_->sentence});
  }
  void operator()(const EpochPromised& record) {
    if (mine(record.operation)) report_.epoch = record.epoch;
  }
  void operator()(const PhaseEntered& record) {
    if (mine(record.operation)) phases_.try_emplace(record.phase, record.at);
  }
  void operator()(const EffectSucceeded& record) {
    if (!mine(record.operation)) return;
    if (record.effect.value.ends_with("/confirm-dns")) dns_confirmed_ = record.at;
    if (record.effect.value.ends_with("/confirm-service")) service_confirmed_ = record.at;
    if (const auto* fence = std::get_if<FenceCertificate>(&record.outcome)) report_.fence = *fence;
    if (const auto* rehearsal = std::get_if<Rehearsal>(&record.outcome)) rehearsal_ = *rehearsal;
    if (const auto* view = std::get_if<ClientView>(&record.outcome)) take_view(*view);
    if (const auto* done = std::get_if<Reprotection>(&record.outcome)) report_.reprotection = *done;
  }
  void operator()(const ReignBegan& record) {
    if (mine(record.operation)) {
      reign_began_ = record.at;
      report_.epoch = record.epoch;
    } else if (found_) {
      reign_over_ = true;
    }
  }
  void operator()(const StandbyChanged& record) {
    if (!found_ || !reign_began_ || reign_over_ || report_.time_to_reprotect_ms || !record.is_replica) return;
    if (report_.kind != OperationKind::up && report_.kind != OperationKind::drill)
      report_.time_to_reprotect_ms = between(*reign_began_, record.at);
  }
  void operator()(const OperationEnded& record) {
    if (!mine(record.operation)) return;
    report_.error = record.error;
    end(record.verdict, record.at);
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  bool mine(const base::OperationId& operation) const { return found_ && operation == report_.operation; }

  void end(Verdict verdict, base::WallTime at) {
    report_.verdict = verdict;
    report_.ended_at = at;
    over_ = true;
  }

  void note(const Record& record) {
    if (!found_) return;
    const auto* lost = std::get_if<RegionLost>(&record);
    const bool belongs = operation_of(record) == report_.operation || (lost != nullptr && !over_);
    if (auto sentence = sentence_of(record); belongs && !sentence.empty()) {
      report_.timeline.push_back({time_of(record), std::move(sentence)});
    }
  }

  void take_view(const ClientView& view) {
    if (!view.clients_present) return;
    view_ = view;
    report_.acknowledged_writes = view.acknowledged_writes;
    report_.lost_acknowledged_writes = view.lost_acknowledged_writes;
    report_.failed_requests = view.failed_requests;
    report_.longest_request_ms = view.longest_request_ms;
  }

  std::optional<base::WallTime> entered(Phase phase) const {
    const auto found = phases_.find(phase);
    return found == phases_.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<base::WallTime> first_failure() const {
    if (view_ && view_->first_failure) return view_->first_failure;
    return loss_ ? std::optional(loss_->first_miss_at) : std::nullopt;
  }

  std::optional<base::WallTime> served_again() const {
    if (view_ && view_->first_acknowledged_after) return view_->first_acknowledged_after;
    return service_confirmed_;
  }

  void fill_rehearsed_phases() {
    if (!rehearsal_) return;
    if (rehearsal_->promotion) report_.phases.promote_ms = rehearsal_->promotion->count();
    report_.phases.dns_ms = rehearsal_->dns.count();
    report_.phases.client_ms = rehearsal_->service.count();
  }

  void fill_phases() {
    if (report_.kind == OperationKind::drill) return fill_rehearsed_phases();
    const auto span = [](std::optional<base::WallTime> from, std::optional<base::WallTime> to) {
      return from && to ? std::optional(between(*from, *to)) : std::nullopt;
    };
    const auto fencing = entered(Phase::fencing);
    const auto promoting = entered(Phase::promoting);
    const auto promoted =
        entered(table_kind(report_.kind) == OperationKind::switchover ? Phase::releasing : Phase::directing);
    if (report_.kind == OperationKind::failover) {
      const auto declared = loss_ ? std::optional(loss_->at) : std::nullopt;
      report_.phases.detect_ms = span(first_failure(), declared);
      // An operator may be faster than the detection; then the command is what the decision began with.
      const auto asked = declared ? std::min(*declared, report_.started_at) : report_.started_at;
      report_.phases.decide_ms = span(declared && *declared < report_.started_at ? *declared : asked, fencing);
    } else {
      report_.phases.decide_ms = span(report_.started_at, fencing);
    }
    const auto fenced = entered(Phase::draining) ? entered(Phase::draining) : promoting;
    report_.phases.fence_ms = span(fencing, fenced);
    report_.phases.promote_ms = span(fenced, promoted);
    report_.phases.dns_ms = span(promoted, dns_confirmed_);
    report_.phases.client_ms = span(dns_confirmed_, served_again());
  }

  void fill_recovery_time() {
    if (report_.kind != OperationKind::failover) return;
    const auto served = served_again();
    if (!served) return;
    // An operator may be faster than the detection; then the command is the first that Lifeboat knows of the loss.
    const auto failed = first_failure().value_or(report_.started_at);
    const bool by_clients = view_ && view_->first_failure && view_->first_acknowledged_after;
    report_.rto_ms = between(failed, *served);
    report_.rto_source = by_clients ? RtoSource::load_client : RtoSource::front_door_marker;
  }

  Report report_;
  bool found_ = false;
  bool over_ = false;
  bool reign_over_ = false;
  std::map<base::RegionName, RegionLost> losses_;
  std::optional<RegionLost> loss_;
  std::map<Phase, base::WallTime> phases_;
  std::optional<base::WallTime> dns_confirmed_;
  std::optional<base::WallTime> service_confirmed_;
  std::optional<base::WallTime> reign_began_;
  std::optional<ClientView> view_;
  std::optional<Rehearsal> rehearsal_;
};

}  // namespace

std::optional<Report> build_report(std::span<const Record> records, const base::OperationId& operation) {
  ReportBuilder builder(operation);
  for (const auto& record : records) builder.take(record);
  return builder.finish();
}

std::string_view to_string(RtoSource source) {
  switch (source) {
    case RtoSource::none:
      return "none";
    case RtoSource::load_client:
      return "load_client";
    case RtoSource::front_door_marker:
      return "front_door_marker";
  }
  std::unreachable();
}

}  // namespace lifeboat::engine
