#include <nlohmann/json.hpp>

#include "events/app/application.h"
#include "events/core/envelope.h"
#include "events/core/token.h"

namespace lifeboat::events {

using nlohmann::json;

Response Application::ready() const {
  const auto state = parts_.readiness.state();
  const auto& identity = parts_.config.identity;
  const bool stopping = parts_.stopping();
  json body;
  body["age_ms"] = state.age_ms;
  body["epoch"] = state.epoch ? json(*state.epoch) : json();
  body["instance"] = identity.instance;
  body["ready"] = state.reachable && !stopping;
  body["region"] = identity.region;
  body["writable"] = state.writable;
  body["zone"] = identity.zone;
  if (stopping) body["problem"] = "stopping";
  // The reason may name hosts, and anybody may ask: the log has it.
  if (!stopping && !state.reachable) body["problem"] = "the database does not answer";
  Response response = plain_json(state.reachable && !stopping ? 200 : 503, body);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response Application::version() const {
  return plain_json(200, json{{"instance", parts_.config.identity.instance},
                              {"name", "lifeboat-events"},
                              {"region", parts_.config.identity.region},
                              {"version", LIFEBOAT_VERSION}});
}

Response Application::metrics_text() const {
  const auto state = parts_.readiness.state();
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = parts_.metrics.text({parts_.client_connections(), parts_.pool.open_connections(),
                                       parts_.pool.waiting(), state.reachable, state.writable});
  return response;
}

Application::Answer Application::marker(const Request& request) {
  if (!same_secret(token_from_header(request.authorization), *parts_.config.marker_token)) {
    co_return failure(401, message::unauthorized);
  }
  auto read = read_marker(request.body);
  if (!read) co_return std::move(read.error());
  // The greatest number stays, or the newer of two markers that overtake each other would never be seen.
  const Statement upsert{
      "INSERT INTO lifeboat.marker (id, number, written_at) VALUES (1, $1::bigint, now()) ON CONFLICT (id) DO UPDATE "
      "SET number = greatest(marker.number, excluded.number), written_at = now() "
      "RETURNING number, to_char(written_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
      {std::to_string(*read)},
      Access::write};
  const auto rows = co_await parts_.pool.query(upsert);
  if (!rows && rows.error().kind == FailureKind::missing_relation) co_return unavailable(message::no_marker_table);
  if (!rows) co_return database_failure(rows.error(), Access::write);
  const auto& identity = parts_.config.identity;
  json body;
  body["number"] = rows->integer(0, 0);
  body["written_at"] = rows->text(0, 1);
  body["region"] = identity.region;
  body["zone"] = identity.zone;
  body["instance"] = identity.instance;
  co_return plain_json(200, body);
}

}  // namespace lifeboat::events
