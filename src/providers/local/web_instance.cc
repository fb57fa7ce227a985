#include "providers/local/web_instance.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "providers/local/postgres_config.h"
#include "providers/local/scope_parts.h"
#include "providers/local/web_command.h"
#include "system/http_client.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

}  // namespace

WebInstance::WebInstance(const RegionContext& context, const Placement& placement)
    : context_(context),
      placement_(placement),
      process_(scope_parts(context), placement, model::AssetKind::web_instance,
               answers_http(placement.endpoint, context.stack.web.health_path)) {}

base::Status WebInstance::ensure(base::Instant deadline) {
  const auto& web = context_.stack.web;
  auto argv = fill_in(web.command, placement_.endpoint);
  if (argv.empty()) {
    argv = {context_.programs.events.string()};
  } else {
    if (context_.stack_folder.empty()) {
      return base::fail(ErrorCode::io_failed,
                        fmt::format("{} does not say which folder the stack file was in",
                                    context_.stack_paths.stack_folder().string()),
                        "Run 'lifeboat up FILE' with the file that the stack was made from.");
    }
    const auto program = find_in_path(argv.front(), program_path(), context_.stack_folder);
    if (!program) return std::unexpected(program.error());
    argv.front() = *program;
  }
  auto environment = web.environment;
  const auto& pool = context_.region.pool.endpoint;
  environment.insert({{"LISTEN_ADDRESS", placement_.endpoint.address},
                      {"PORT", std::to_string(placement_.endpoint.port)},
                      {"REGION", context_.region.name.value},
                      {"ZONE", placement_.zone.value},
                      {"INSTANCE", placement_.name},
                      {"PGHOST", pool.address},
                      {"PGPORT", std::to_string(pool.port)},
                      {"PGUSER", application_role},
                      {"PGDATABASE", context_.stack.database.name},
                      {"PGPASSFILE", (process_.folder() / "pgpass").string()},
                      {"MARKER_TOKEN_FILE", (process_.folder() / "marker.token").string()}});
  return process_.ensure({.files = {{"pgpass", pass_file_line(application_role, context_.secrets.database_application)},
                                    {"marker.token", context_.secrets.marker_token + "\n"}},
                          .argv = std::move(argv),
                          .environment = std::move(environment),
                          .fingerprint = "",
                          .working_directory = web.command.empty() ? process_.folder() : context_.stack_folder,
                          .stop_signal = SIGTERM},
                         deadline);
}

model::ObservedAsset WebInstance::observe() {
  auto seen = process_.observe();
  if (seen.state != model::AssetState::ready) return seen;
  seen.facts = {
      {"health path", context_.stack.web.health_path},
      {"port", std::to_string(seen.port)},
      {"program", context_.stack.web.command.empty() ? "lifeboat-events"
                                                     : fmt::format("{}", fmt::join(context_.stack.web.command, " "))}};
  const auto answer =
      system::http_request({.address = seen.address, .port = seen.port, .target = "/version"}, Milliseconds{300});
  if (!answer || answer->status != 200) return seen;  // Another application need not have it.
  const auto json = nlohmann::json::parse(answer->body, nullptr, false);
  if (json.is_object() && json.contains("version") && json["version"].is_string()) seen.version = json["version"];
  return seen;
}

}  // namespace lifeboat::local
