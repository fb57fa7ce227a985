#include "events/app/application.h"
#include "events/core/envelope.h"
#include "events/core/token.h"

namespace lifeboat::events {
namespace {

Response unauthorized() {
  Response response = failure(401, message::unauthorized);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

boost::asio::awaitable<std::optional<Response>> Application::authenticate(const Request& request) {
  const auto token = token_from_header(request.authorization);
  if (!is_token_shaped(token)) co_return unauthorized();
  const Statement lookup{"SELECT 1 FROM auths WHERE token = $1", {token_hash(token)}, Access::read};
  const auto rows = co_await parts_.pool.query(lookup);
  // Without the table nobody has registered yet.
  if (!rows && rows.error().kind == FailureKind::missing_relation) co_return unauthorized();
  if (!rows) co_return database_failure(rows.error(), Access::read);
  if (rows->count() == 0) co_return unauthorized();
  co_return std::nullopt;
}

}  // namespace lifeboat::events
