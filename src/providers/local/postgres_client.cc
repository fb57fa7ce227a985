#include "providers/local/postgres_client.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using ResultPointer = std::unique_ptr<PGresult, decltype(&PQclear)>;

base::Instant boot_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return base::Instant{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

/// Waits until the socket is ready for `events`; false when the deadline passes first.
bool wait_socket(int socket, short events, base::Instant deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<base::Milliseconds>(deadline - boot_now());
    if (left.count() <= 0) return false;
    pollfd descriptor{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&descriptor, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::string one_line(const char* message) {
  std::string text = message != nullptr ? message : "";
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

PostgresRows to_rows(const PGresult* result) {
  PostgresRows answer;
  const int columns = PQnfields(result);
  for (int column = 0; column < columns; ++column) answer.columns.emplace_back(PQfname(result, column));
  for (int row = 0; row < PQntuples(result); ++row) {
    PostgresRows::Row& fields = answer.rows.emplace_back();
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        fields.emplace_back(std::nullopt);
      } else {
        fields.emplace_back(
            std::string(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))));
      }
    }
  }
  return answer;
}

}  // namespace

void PostgresClient::Closer::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

base::Result<PostgresClient> PostgresClient::connect(const PostgresTarget& target, base::Milliseconds timeout) {
  const std::string port = std::to_string(target.port);
  const bool is_folder = target.host.starts_with('/');
  // An address goes into hostaddr, so that no resolver is asked, which could block beyond the time limit.
  const std::array<const char*, 9> keys{is_folder ? "host" : "hostaddr",
                                        "port",
                                        "user",
                                        "password",
                                        "dbname",
                                        "application_name",
                                        "sslmode",
                                        "gssencmode",
                                        nullptr};
  const std::array<const char*, 9> values{target.host.c_str(),
                                          port.c_str(),
                                          target.user.c_str(),
                                          target.password.c_str(),
                                          target.database.c_str(),
                                          "lifeboat-agent",
                                          "disable",
                                          "disable",
                                          nullptr};
  PostgresClient client(PQconnectStartParams(keys.data(), values.data(), 0),
                        fmt::format("{}:{}", target.host, target.port));
  if (!client.usable()) return base::fail(ErrorCode::postgres_failed, "libpq: out of memory");
  PQsetNoticeProcessor(
      client.connection_.get(), [](void*, const char*) {}, nullptr);
  if (auto established = client.establish(timeout); !established) return std::unexpected(established.error());
  return client;
}

base::Status PostgresClient::establish(base::Milliseconds timeout) {
  const base::Instant deadline = boot_now() + timeout;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (PQstatus(connection_.get()) != CONNECTION_BAD) {
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_socket(PQsocket(connection_.get()), events, deadline)) {
      connection_.reset();
      return base::fail(
          ErrorCode::wait_expired,
          fmt::format("PostgreSQL at {} did not accept a connection within {} ms", where_, timeout.count()));
    }
    status = PQconnectPoll(connection_.get());
    if (status == PGRES_POLLING_OK) {
      PQsetnonblocking(connection_.get(), 1);
      return {};
    }
    if (status == PGRES_POLLING_FAILED) break;
  }
  auto message = one_line(PQerrorMessage(connection_.get()));
  connection_.reset();
  return base::fail(ErrorCode::postgres_failed, fmt::format("PostgreSQL at {}: {}", where_, message));
}

base::Result<PostgresRows> PostgresClient::query(const std::string& sql, base::Milliseconds timeout,
                                                 const std::vector<std::string>& parameters) {
  if (!usable()) return base::fail(ErrorCode::postgres_failed, fmt::format("no connection to {}", where_));
  const base::Instant deadline = boot_now() + timeout;
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter.c_str());
  const int sent = parameters.empty()
                       ? PQsendQuery(connection_.get(), sql.c_str())
                       : PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                           values.data(), nullptr, nullptr, 0);
  if (sent == 0) {
    auto message = one_line(PQerrorMessage(connection_.get()));
    connection_.reset();
    return base::fail(ErrorCode::postgres_failed, fmt::format("PostgreSQL at {}: {}", where_, message));
  }
  auto answer = collect(deadline);
  if (!answer && answer.error().code == ErrorCode::wait_expired) {
    connection_.reset();  // The answer could still come and would be taken for the next one's.
    answer.error().message += fmt::format(" within {} ms", timeout.count());
  }
  return answer;
}

base::Result<PostgresRows> PostgresClient::collect(base::Instant deadline) {
  pg_conn* connection = connection_.get();
  PostgresRows answer;
  std::optional<base::Error> error;
  for (;;) {
    const int unsent = PQflush(connection);
    if (unsent == 0 && PQisBusy(connection) == 0) {
      const ResultPointer result(PQgetResult(connection), &PQclear);
      if (result == nullptr) break;
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) {
        answer = to_rows(result.get());
      } else if (!error) {
        error = base::Error{ErrorCode::postgres_failed,
                            fmt::format("PostgreSQL at {}: {}", where_, one_line(PQresultErrorMessage(result.get()))),
                            {}};
      }
      continue;
    }
    const short events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
    if (!wait_socket(PQsocket(connection), events, deadline)) {
      return base::fail(ErrorCode::wait_expired, fmt::format("PostgreSQL at {} did not answer", where_));
    }
    if (unsent < 0 || PQconsumeInput(connection) == 0) {  // The server is gone, and no answer will ever come.
      auto message = one_line(PQerrorMessage(connection));
      connection_.reset();
      return base::fail(ErrorCode::postgres_failed, fmt::format("PostgreSQL at {}: {}", where_, message));
    }
  }
  if (PQstatus(connection) == CONNECTION_BAD) connection_.reset();
  if (error) return std::unexpected(*error);
  return answer;
}

base::Result<std::string> PostgresClient::scram_verifier(const std::string& user, const std::string& password) {
  const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
      PQencryptPasswordConn(connection_.get(), password.c_str(), user.c_str(), "scram-sha-256"), &PQfreemem);
  if (verifier == nullptr) {
    return base::fail(ErrorCode::postgres_failed,
                      fmt::format("PostgreSQL at {}: {}", where_, one_line(PQerrorMessage(connection_.get()))));
  }
  return std::string(verifier.get());
}

}  // namespace lifeboat::local
