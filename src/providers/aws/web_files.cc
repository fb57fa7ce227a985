#include "providers/aws/web_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/digest.h"
#include "providers/aws/bucket.h"
#include "providers/aws/web_config.h"
#include "system/files.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

constexpr std::size_t token_length = 40;
/// Beside the program in the bucket: the digest of what was uploaded completely.
constexpr const char* digest_ending = ".sha256";

/// What stands in the object; an empty object when there is none or it is not ours.
base::Result<Json> stored_config(const Work& work, const Names& names, const base::RegionName& region) {
  const auto text = read_object(work, names, region, std::string(web_config_key));
  if (!text) return std::unexpected(text.error());
  auto config = *text ? Json::parse(**text, nullptr, false) : Json::object();
  return config.is_object() ? config : Json::object();
}

std::optional<DatabaseEndpoint> stored_endpoint(const Json& config, const base::RegionName& region) {
  const auto databases = config.value("databases", Json::object());
  const auto found = databases.find(region.value);
  if (found == databases.end() || !found->is_object()) return std::nullopt;
  return DatabaseEndpoint{
      .host = found->value("host", ""), .reader = found->value("reader", ""), .port = found->value("port", 5432)};
}

}  // namespace

base::Status WebFiles::upload_program(const Work& work, const base::RegionName& region) const {
  if (!parts_.program) return std::unexpected(parts_.program.error());
  const auto& program = *parts_.program;
  if (program.path.empty()) return {};
  constexpr base::Milliseconds attempt{300'000};
  const auto key = program_key(parts_.stack);
  const auto stored = read_object(work, parts_.names, region, key + digest_ending);
  if (!stored) return std::unexpected(stored.error());
  if (*stored && **stored == program.digest) return {};
  const auto content = system::read_file(program.path);
  if (!content) return std::unexpected(content.error());
  work.say(fmt::format("{}: uploading {} ({} kB)", region.value, key, content->size() / 1000));
  if (auto written = write_object(work, parts_.names, region, key, *content, attempt); !written) return written;
  return write_object(work, parts_.names, region, key + digest_ending, program.digest);
}

base::Status WebFiles::write_config(const Work& work, const DatabaseService& service,
                                    const base::RegionName& region) const {
  const auto stored = stored_config(work, parts_.names, region);
  if (!stored) return std::unexpected(stored.error());
  const auto token = parts_.marker_token.get(work);
  if (!token) return std::unexpected(token.error());
  WebConfig config;
  config.marker_token = token->reveal();
  for (const auto& name : {parts_.stack.home.name, parts_.stack.standby.name}) {
    constexpr base::Milliseconds limit{15'000};
    const auto look = service.look(work.within(limit), name);
    if (!look && name == region) return std::unexpected(look.error());
    if (look && !look->endpoint.empty()) {
      config.databases[name] = {.host = look->endpoint, .reader = look->reader, .port = look->port};
    } else if (auto known = stored_endpoint(*stored, name)) {
      config.databases[name] = std::move(*known);
    }
  }
  const auto text = web_config_text(config);
  if (Json::parse(text, nullptr, false) == *stored) return {};
  return write_object(work, parts_.names, region, std::string(web_config_key), text);
}

base::Result<Program> find_program(const model::Stack& stack, const std::filesystem::path& stack_folder,
                                   const std::filesystem::path& events_binary) {
  if (stack.aws.existing.is_adopted()) return Program{};
  const bool own = !stack.aws.program.empty();
  const auto path = own ? stack_folder / stack.aws.program : events_binary;
  const auto content = system::read_file(path);
  if (!content) {
    return base::fail(ErrorCode::file_missing,
                      fmt::format("the web instances' program cannot be read: {}", content.error().message),
                      own ? "Correct 'program:' below 'aws:'; a relative path begins at the stack file's folder."
                          : "Name the application: 'program:' below 'aws:'.");
  }
  return Program{path, aws::sha256_hex(*content)};
}

base::Result<aws::Secret> MarkerToken::get(const Work& work) {
  if (stack_.web.marker_path.empty() || stack_.aws.existing.is_adopted()) return aws::Secret();
  const std::lock_guard lock(mutex_);
  if (kept_) return *kept_;
  auto found = find(work);
  if (found) kept_ = *found;
  return found;
}

base::Result<aws::Secret> MarkerToken::find(const Work& work) const {
  constexpr base::Milliseconds limit{8'000};
  for (const auto& region : {stack_.home.name, stack_.standby.name}) {
    const auto config = stored_config(work.within(limit), names_, region);
    if (!config && config.error().code == ErrorCode::region_unreachable) continue;
    if (!config) return std::unexpected(config.error());
    if (auto token = config->value("marker_token", ""); !token.empty()) return aws::Secret(std::move(token));
  }
  auto token = system::random_token(token_length);
  if (!token) return std::unexpected(token.error());
  return aws::Secret(std::move(*token));
}

}  // namespace lifeboat::aws_world
