#include <nlohmann/json.hpp>

#include "events/app/application.h"
#include "events/core/envelope.h"
#include "events/core/http_date.h"

namespace lifeboat::events {
namespace {

using nlohmann::json;

// Every statement that returns an event returns these columns, in this order.
#define EVENT_COLUMNS "id, extract(epoch FROM created)::bigint, name, location, description"

json event_json(const Rows& rows, int row) {
  json event;
  event["id"] = rows.integer(row, 0);
  event["created"] = http_date(rows.integer(row, 1));
  event["name"] = rows.text(row, 2);
  event["location"] = rows.is_null(row, 3) ? json() : json(rows.text(row, 3));
  event["description"] = rows.text(row, 4);
  return event;
}

std::optional<std::string> optional_field(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Application::Answer Application::init(const Request& request) {
  const auto created = co_await create_tables();
  if (!created) co_return database_failure(created.error(), Access::write);
  auto response = co_await create_event(request);
  co_return response;
}

Application::Answer Application::create_event(const Request& request) {
  auto form = read_form(Form::event, request.body);
  if (!form) co_return std::move(form.error());
  const auto& fields = *form;
  auto response = co_await insert_event(fields);
  co_return response;
}

Application::Answer Application::insert_event(const Fields& fields) {
  const Statement insert{
      "INSERT INTO events (created, name, location, description) VALUES (now(), $1, $2, $3) RETURNING " EVENT_COLUMNS,
      {fields.at("name"), fields.at("location"), fields.at("description")},
      Access::write};
  const auto rows = co_await parts_.pool.query(insert);
  if (!rows) co_return database_failure(rows.error(), Access::write);
  co_return success(201, message::created, event_json(*rows, 0));
}

Application::Answer Application::list_events(const Request& request) {
  auto read = read_page(request.query);
  if (!read) co_return std::move(read.error());
  const auto& page = *read;
  const Statement select{
      "SELECT " EVENT_COLUMNS " FROM events WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint",
      {std::to_string(page.after), page.limit ? std::optional(std::to_string(*page.limit)) : std::nullopt},
      Access::read};
  const auto rows = co_await parts_.pool.query(select);
  if (!rows) co_return database_failure(rows.error(), Access::read);
  json dataset = json::object();
  for (int row = 0; row < rows->count(); ++row) dataset[std::to_string(row + 1)] = event_json(*rows, row);
  co_return success(200, message::none, dataset, static_cast<std::size_t>(rows->count()));
}

Application::Answer Application::get_event(const Match& match) {
  if (!match.id) co_return failure(200, message::no_record);
  const Statement select{
      "SELECT " EVENT_COLUMNS " FROM events WHERE id = $1::bigint", {std::to_string(*match.id)}, Access::read};
  const auto rows = co_await parts_.pool.query(select);
  if (!rows) co_return database_failure(rows.error(), Access::read);
  // The original answers 200 here, and clients count on it.
  if (rows->count() == 0) co_return failure(200, message::no_record);
  co_return success(200, message::none, event_json(*rows, 0));
}

Application::Answer Application::patch_event(const Request& request, const Match& match) {
  auto form = read_form(Form::event_patch, request.body);
  if (!form) co_return std::move(form.error());
  if (!match.id) co_return failure(400, message::no_record);
  const auto& fields = *form;
  const Statement update{
      "UPDATE events SET name = coalesce($2, name), location = coalesce($3, location), "
      "description = coalesce($4, description) WHERE id = $1::bigint RETURNING " EVENT_COLUMNS,
      {std::to_string(*match.id), optional_field(fields, "name"), optional_field(fields, "location"),
       optional_field(fields, "description")},
      Access::write};
  const auto rows = co_await parts_.pool.query(update);
  if (!rows) co_return database_failure(rows.error(), Access::write);
  if (rows->count() == 0) co_return failure(400, message::no_record);
  co_return success(200, message::modified, event_json(*rows, 0));
}

Application::Answer Application::delete_event(const Match& match) {
  if (!match.id) co_return failure(400, message::no_record);
  const Statement remove{
      "DELETE FROM events WHERE id = $1::bigint RETURNING " EVENT_COLUMNS, {std::to_string(*match.id)}, Access::write};
  const auto rows = co_await parts_.pool.query(remove);
  if (!rows) co_return database_failure(rows.error(), Access::write);
  if (rows->count() == 0) co_return failure(400, message::no_record);
  co_return success(200, message::deleted, event_json(*rows, 0));
}

}  // namespace lifeboat::events
