#include "providers/local/pool_state.h"

#include <nlohmann/json.hpp>

#include "providers/local/asset_process.h"
#include "system/files.h"

namespace lifeboat::local {

base::Result<std::optional<PoolState>> load_pool_state(const std::filesystem::path& file) {
  const auto text = system::read_file(file);
  if (!text) {
    if (text.error().code == base::ErrorCode::file_missing) return std::nullopt;
    return std::unexpected(text.error());
  }
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  try {
    PoolState state{.target = {json.at("address").get<std::string>(), json.at("port").get<std::uint16_t>()},
                    .held_since = std::nullopt};
    if (const auto& held = json.at("held_since_ns"); !held.is_null()) {
      state.held_since = base::Instant(base::BootClock::duration(held.get<std::int64_t>()));
    }
    return state;
  } catch (const nlohmann::json::exception& error) {
    return base::fail(base::ErrorCode::io_failed, file.string() + " cannot be understood: " + error.what());
  }
}

base::Status save_pool_state(const std::filesystem::path& file, const PoolState& state) {
  nlohmann::json json{{"address", state.target.address}, {"port", state.target.port}, {"held_since_ns", nullptr}};
  if (state.held_since) json["held_since_ns"] = state.held_since->time_since_epoch().count();
  return replace_quickly(file, json.dump() + "\n");
}

}  // namespace lifeboat::local
