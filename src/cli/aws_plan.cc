#include "cli/aws_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/document.h"

namespace lifeboat::cli {
namespace {

using aws_world::ConcernPreview;
using aws_world::ResourceChange;

constexpr base::Milliseconds preview_limit{900'000};
constexpr std::size_t type_width = 41;  ///< "AWS::ElasticLoadBalancingV2::LoadBalancer".
constexpr std::size_t name_width = 26;

/// What becomes of the thing, in one word.
std::string_view fate_of(const ResourceChange& change) {
  if (change.action == "Add" || change.action == "Import") return "add";
  if (change.action == "Remove") return "remove";
  return change.may_replace ? "replace" : "change";
}

bool destroys_data(const ResourceChange& change) {
  const auto fate = fate_of(change);
  return aws_world::is_protected(change.type) && (fate == "remove" || fate == "replace");
}

std::string mark_of(const Terminal& terminal, std::string_view fate) {
  if (fate == "add") return paint(terminal, Tone::good, "+");
  if (fate == "remove") return paint(terminal, Tone::bad, "-");
  if (fate == "replace") return paint(terminal, Tone::bad, "!");
  return paint(terminal, Tone::accent, "~");
}

std::string line_of(const Terminal& terminal, const ResourceChange& change) {
  const auto fate = fate_of(change);
  std::string text = fmt::format("  {} {}  {}  ", mark_of(terminal, fate), pad(change.type, type_width),
                                 pad(change.logical_id, name_width));
  if (!change.physical_id.empty()) text += change.physical_id;
  if (fate == "replace") text += paint(terminal, Tone::bad, "  REPLACED");
  if (!change.causes.empty()) {
    text += paint(terminal, Tone::faint, fmt::format("  because of {}", fmt::join(change.causes, ", ")));
  }
  while (text.ends_with(' ')) text.pop_back();
  return text + "\n";
}

std::size_t count(const AwsPlan& plan, std::string_view fate) {
  std::size_t found = 0;
  for (const auto& preview : plan.previews) {
    found += static_cast<std::size_t>(std::ranges::count_if(
        preview.changes, [fate](const ResourceChange& change) { return fate_of(change) == fate; }));
  }
  return found;
}

std::string header(const Terminal& terminal, const AwsPlan& plan) {
  const std::string stack = paint(terminal, Tone::strong, plan.stack);
  if (plan.is_adopted) {
    return fmt::format(
        "{} on AWS, account {}: adopted. Lifeboat builds and changes nothing of it; 'lifeboat up' makes "
        "the two buckets that it works with.\n",
        stack, plan.account);
  }
  const bool nothing = std::ranges::all_of(plan.previews, [](const auto& preview) { return preview.changes.empty(); });
  if (nothing) {
    return fmt::format(
        "{} on AWS, account {}: nothing to do. All {} CloudFormation stacks are as the stack file "
        "describes them.\n",
        stack, plan.account, plan.previews.size());
  }
  return fmt::format("{} on AWS, account {}: {} to add, {} to change, {} to replace, {} to remove.\n", stack,
                     plan.account, count(plan, "add"), count(plan, "change"), count(plan, "replace"),
                     count(plan, "remove"));
}

std::string cost_section(const AwsPlan& plan) {
  if (plan.cost.empty()) return "";
  std::string text;
  for (const auto& line : aws_world::cost_text(plan.cost)) text += line + "\n";
  return text;
}

nlohmann::ordered_json change_json(const ResourceChange& change) {
  nlohmann::ordered_json json = {{"fate", fate_of(change)}, {"action", change.action},
                                 {"type", change.type},     {"logical_id", change.logical_id},
                                 {"physical_id", nullptr},  {"may_replace", change.may_replace},
                                 {"causes", change.causes}};
  if (!change.physical_id.empty()) json["physical_id"] = change.physical_id;
  return json;
}

nlohmann::ordered_json cost_json(const std::vector<aws_world::CostLine>& cost) {
  auto lines = nlohmann::ordered_json::array();
  for (const auto& line : cost) {
    nlohmann::ordered_json json = {{"region", nullptr}, {"asset", line.asset}, {"what", line.what}};
    if (!line.region.empty()) json["region"] = line.region.value;
    json["dollars_a_month"] = nullptr;
    if (line.is_known) json["dollars_a_month"] = line.dollars_a_month;
    lines.push_back(std::move(json));
  }
  return {{"as_of", aws_world::prices_as_of()}, {"dollars_a_month", monthly_sum(cost)}, {"lines", std::move(lines)}};
}

}  // namespace

base::Result<AwsPlan> look_at_plan(const ChosenStack& chosen, AwsHost& host) {
  const auto& stack = chosen.stack();
  AwsPlan plan{.stack = stack.name,
               .account = host.world().names().account(),
               .is_adopted = stack.aws.existing.is_adopted(),
               .previews = {},
               .cost = {}};
  if (plan.is_adopted) return plan;
  auto previews = host.world().preview(system::SystemClock().now() + preview_limit);
  if (!previews) return std::unexpected(previews.error());
  plan.previews = *std::move(previews);
  plan.cost = aws_world::monthly_cost(stack);
  return plan;
}

double monthly_sum(const std::vector<aws_world::CostLine>& cost) {
  double sum = 0;
  for (const auto& line : cost) sum += line.dollars_a_month;
  return sum;
}

std::vector<std::string> refusals(const AwsPlan& plan) {
  std::vector<std::string> sentences;
  for (const auto& preview : plan.previews) {
    for (const auto& change : preview.changes) {
      if (!destroys_data(change)) continue;
      sentences.push_back(fmt::format(
          "{} {}: {} ({}) would be {}{}, and what it holds would be gone", preview.region.value,
          to_string(preview.concern), change.physical_id.empty() ? change.logical_id : change.physical_id, change.type,
          fate_of(change) == "remove" ? "removed" : "replaced",
          change.causes.empty() ? std::string() : fmt::format(" because of {}", fmt::join(change.causes, ", "))));
    }
  }
  return sentences;
}

base::Status may_be_carried_out(const AwsPlan& plan) {
  const auto sentences = refusals(plan);
  if (sentences.empty()) return {};
  return base::fail(base::ErrorCode::not_ready, fmt::format("{}", fmt::join(sentences, "; ")),
                    "Nothing was changed. Take that change back in the stack file; a database gets other settings of "
                    "this kind only by being made anew, under another stack's name.");
}

std::string aws_plan_text(const Terminal& terminal, const AwsPlan& plan) {
  std::string text = header(terminal, plan);
  for (const ConcernPreview& preview : plan.previews) {
    const auto name = fmt::format("{} {}", preview.region.value, to_string(preview.concern));
    if (preview.changes.empty()) {
      text += fmt::format("{}: as described\n", name);
      continue;
    }
    text += paint(terminal, Tone::strong, name) + "\n";
    for (const auto& change : preview.changes) text += line_of(terminal, change);
  }
  for (const auto& sentence : refusals(plan)) {
    text += paint(terminal, Tone::bad, "Refused") + ": " + sentence + ".\n";
  }
  return text + cost_section(plan);
}

std::string aws_plan_document(const AwsPlan& plan) {
  auto stacks = nlohmann::ordered_json::array();
  for (const auto& preview : plan.previews) {
    auto changes = nlohmann::ordered_json::array();
    for (const auto& change : preview.changes) changes.push_back(change_json(change));
    stacks.push_back(
        {{"region", preview.region.value}, {"concern", to_string(preview.concern)}, {"changes", std::move(changes)}});
  }
  const nlohmann::ordered_json json = {
      {"version", api::document_version}, {"stack", plan.stack},         {"world", "aws"},
      {"account", plan.account},          {"adopted", plan.is_adopted},  {"stacks", std::move(stacks)},
      {"refused", refusals(plan)},        {"cost", cost_json(plan.cost)}};
  return json.dump();
}

}  // namespace lifeboat::cli
