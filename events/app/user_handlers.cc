#include <nlohmann/json.hpp>

#include "events/app/application.h"
#include "events/core/envelope.h"
#include "events/core/http_date.h"
#include "events/core/log.h"
#include "events/core/token.h"

namespace lifeboat::events {

using nlohmann::json;

Application::Answer Application::register_user(const Request& request) {
  auto form = read_form(Form::user, request.body);
  if (!form) co_return std::move(form.error());
  const auto& fields = *form;
  auto response = co_await insert_user(fields, true);
  co_return response;
}

Application::Answer Application::insert_user(const Fields& fields, bool tables_may_be_missing) {
  const auto token = make_token();
  if (!token) {
    log_event("no_random_bytes", {{"reason", token.error().message}});
    co_return failure(500, message::internal);
  }
  const Statement insert{
      "INSERT INTO auths (created, username, email, role, token) VALUES (now(), $1, $2, 0, $3) ON CONFLICT DO NOTHING "
      "RETURNING id, extract(epoch FROM created)::bigint, username, email, role",
      {fields.at("username"), fields.at("email"), token_hash(*token)},
      Access::write};
  const auto rows = co_await parts_.pool.query(insert);
  if (!rows && rows.error().kind == FailureKind::missing_relation && tables_may_be_missing) {
    const auto created = co_await create_tables();
    if (!created) co_return database_failure(created.error(), Access::write);
    auto second = co_await insert_user(fields, false);
    co_return second;
  }
  if (!rows) co_return database_failure(rows.error(), Access::write);
  if (rows->count() == 0) {
    auto conflict = co_await explain_conflict(fields);
    co_return conflict;
  }
  json user;
  user["id"] = rows->integer(0, 0);
  user["created"] = http_date(rows->integer(0, 1));
  user["username"] = rows->text(0, 2);
  user["email"] = rows->text(0, 3);
  user["role"] = rows->integer(0, 4);
  user["token"] = *token;
  co_return success(201, message::created, user);
}

Application::Answer Application::explain_conflict(const Fields& fields) {
  const Statement select{
      "SELECT EXISTS (SELECT 1 FROM auths WHERE username = $1), EXISTS (SELECT 1 FROM auths WHERE email = $2)",
      {fields.at("username"), fields.at("email")},
      Access::read};
  const auto rows = co_await parts_.pool.query(select);
  if (!rows) co_return database_failure(rows.error(), Access::read);
  std::string text(message::already_exists);
  if (rows->boolean(0, 0)) text += " " + fields.at("username");
  if (rows->boolean(0, 1)) text += " " + fields.at("email");
  co_return failure(409, text);
}

}  // namespace lifeboat::events
