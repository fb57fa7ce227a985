#include "journal/record_json.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "journal/describe.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

// In the variants' order; a name is for ever.
constexpr std::array outcome_names{"done",         "fence_certificate", "lease_promise",
                                   "position",     "promotion",         "service_confirmation",
                                   "reprotection", "client_view",       "rehearsal"};
static_assert(outcome_names.size() == std::variant_size_v<engine::Outcome>);

constexpr std::array record_names{
    "operation_started", "epoch_promised",  "phase_entered",     "effect_succeeded", "effect_failed",     "reign_began",
    "standby_changed",   "operation_ended", "region_lost",       "region_back",      "synchrony_changed", "armed",
    "disarmed",          "abort_asked",     "automatic_refused", "adopted",          "term_taken"};
static_assert(record_names.size() == std::variant_size_v<engine::Record>);

template <class Variant, std::size_t N>
nlohmann::json encode_variant(const Variant& value, const std::array<const char*, N>& names) {
  auto json = std::visit([](const auto& alternative) { return Writer::encode(alternative); }, value);
  json["type"] = names.at(value.index());
  return json;
}

template <class Variant, std::size_t Index, std::size_t N>
void decode_variant(const nlohmann::json& json, const std::array<const char*, N>& names, Variant& value) {
  if constexpr (Index == N) {
    unknown_name(json.at("type").get<std::string>());
  } else if (json.at("type") == names.at(Index)) {
    Reader::decode(json, value.template emplace<Index>());
  } else {
    decode_variant<Variant, Index + 1>(json, names, value);
  }
}

template <class Variant, std::size_t N>
base::Result<Variant> decode_any(const nlohmann::json& json, const std::array<const char*, N>& names) {
  try {
    Variant value;
    decode_variant<Variant, 0>(json, names, value);
    return value;
  } catch (const nlohmann::json::exception& error) {
    return base::fail(ErrorCode::journal_corrupt, fmt::format("not readable: {}", error.what()));
  }
}

}  // namespace
}  // namespace lifeboat::journal

namespace lifeboat::engine {
// The outcome is a variant, so it is described here and not by a list of fields.
static void describe(journal::Writer& codec, const EffectSucceeded& value) {
  codec("operation", value.operation);
  codec("effect", value.effect);
  codec("outcome", journal::encode_variant(value.outcome, journal::outcome_names));
  codec("at_ms", value.at);
}

static void describe(journal::Reader& codec, EffectSucceeded& value) {
  nlohmann::json outcome;
  codec("operation", value.operation);
  codec("effect", value.effect);
  codec("outcome", outcome);
  journal::decode_variant<Outcome, 0>(outcome, journal::outcome_names, value.outcome);
  codec("at_ms", value.at);
}

}  // namespace lifeboat::engine

namespace lifeboat::journal {

nlohmann::json to_json(const engine::Record& record) {
  return encode_variant(record, record_names);
}

base::Result<engine::Record> record_from_json(const nlohmann::json& json) {
  return decode_any<engine::Record>(json, record_names);
}

nlohmann::json to_json(const engine::Outcome& outcome) {
  return encode_variant(outcome, outcome_names);
}

base::Result<engine::Outcome> outcome_from_json(const nlohmann::json& json) {
  return decode_any<engine::Outcome>(json, outcome_names);
}

}  // namespace lifeboat::journal
