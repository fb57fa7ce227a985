#include "cli/serving.h"

#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "system/files.h"
#include "system/process.h"

namespace lifeboat::cli {
namespace {

constexpr std::size_t token_length = 40;

std::filesystem::path api_token_file(const local::StackPaths& paths) {
  return paths.secrets() / "api_token";
}

std::filesystem::path viewer_token_file(const local::StackPaths& paths) {
  return paths.secrets() / "viewer_token";
}

}  // namespace

std::string serving_file(const local::StackPaths& paths) {
  return (paths.root / "serving.json").string();
}

std::optional<Serving> find_serving(const local::StackPaths& paths) {
  const auto text = system::read_file(serving_file(paths));
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto number = [&json](const char* name) -> std::uint64_t {
    const bool there = json.is_object() && json.contains(name) && json[name].is_number_unsigned();
    return there ? json[name].get<std::uint64_t>() : 0;
  };
  constexpr std::uint64_t most = 65535;
  if (number("port") == 0 || number("port") > most) return std::nullopt;
  const system::ProcessIdentity identity{static_cast<pid_t>(number("pid")), number("start_time_ticks")};
  if (!system::ProcessHandle::open(identity)) return std::nullopt;
  auto token = system::read_file(api_token_file(paths));
  if (!token) return std::nullopt;
  return Serving{static_cast<std::uint16_t>(number("port")), identity.pid, *std::move(token)};
}

base::Result<ServingTokens> make_serving_tokens() {
  ServingTokens tokens;
  for (auto* token : {&tokens.api_token, &tokens.viewer_token}) {
    auto made = system::random_token(token_length);
    if (!made) return std::unexpected(made.error());
    *token = *std::move(made);
  }
  return tokens;
}

base::Result<ServingMark> ServingMark::set(const local::StackPaths& paths, std::uint16_t port,
                                           const ServingTokens& tokens) {
  if (auto made = system::make_folder(paths.secrets(), 0700); !made) return std::unexpected(made.error());
  for (const auto& [file, token] : {std::pair{api_token_file(paths), &tokens.api_token},
                                    std::pair{viewer_token_file(paths), &tokens.viewer_token}}) {
    if (auto written = system::replace_file(file, *token, 0600); !written) return std::unexpected(written.error());
  }
  const auto own = system::process_stat(::getpid());
  if (!own) return base::fail(base::ErrorCode::io_failed, "cannot read /proc/self/stat");
  const nlohmann::ordered_json json = {{"address", "127.0.0.1"},
                                       {"port", port},
                                       {"pid", own->identity.pid},
                                       {"start_time_ticks", own->identity.start_time_ticks}};
  const auto file = serving_file(paths);
  if (auto written = system::replace_file(file, json.dump() + "\n", 0600); !written) {
    return std::unexpected(written.error());
  }
  return ServingMark(file);
}

ServingMark::~ServingMark() {
  remove();
}

ServingMark::ServingMark(ServingMark&& other) noexcept : file_(std::exchange(other.file_, "")) {}

ServingMark& ServingMark::operator=(ServingMark&& other) noexcept {
  if (this != &other) {
    remove();
    file_ = std::exchange(other.file_, "");
  }
  return *this;
}

void ServingMark::remove() {
  if (file_.empty()) return;
  std::error_code gone;  // One that stays is known to be old by its process.
  std::filesystem::remove(std::exchange(file_, ""), gone);
}

}  // namespace lifeboat::cli
