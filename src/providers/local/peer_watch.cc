#include "providers/local/peer_watch.h"

#include <spdlog/spdlog.h>

#include <future>
#include <nlohmann/json.hpp>
#include <utility>

#include "providers/local/door_answer.h"
#include "providers/local/duty_wire.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;

constexpr Milliseconds shortest_look{200};

}  // namespace

PeerWatch::PeerWatch(const RegionContext& context, Granter granter)
    : context_(context), other_(context.layout.other(context.region.name)), granter_(std::move(granter)) {}

void PeerWatch::start() {
  // Who has never heard of the other region has not heard of it for as long as it looks.
  heard_at_ = context_.clock.now();
  looker_ = std::make_unique<Periodic>(context_.stack.recovery.detection_interval, [this] { look(); });
}

std::optional<Milliseconds> PeerWatch::heard_of() const {
  const auto heard_at = heard_at_.load();
  if (heard_at == base::Instant{}) return std::nullopt;
  return std::chrono::duration_cast<Milliseconds>(context_.clock.now() - heard_at);
}

void PeerWatch::look() {
  const auto timeout = std::max<Milliseconds>(context_.stack.recovery.detection_interval, shortest_look);
  const auto began = context_.clock.now();
  system::HttpRequest request;
  request.address = other_.agent.address;
  request.port = other_.agent.port;
  request.target = "/v1/health";
  request.bearer_token = context_.secrets.agent_token;
  const auto health = agent_.request(request, timeout);
  if (health && health->status == 200) {
    heard_at_ = began;
    return answer_wish(health->body);
  }
  if (ask_door(door_, other_, timeout)) heard_at_ = began;
}

void PeerWatch::answer_wish(const std::string& health) {
  std::optional<engine::LeaseGrant> grant;
  try {
    const auto json = nlohmann::json::parse(health);
    grant = granter_({json.at("region").get<std::string>()}, request_from_wire(json.at("lease_request")));
  } catch (const nlohmann::json::exception& error) {
    spdlog::warn("{}: the other region's agent answers nonsense: {}", context_.region.name.value, error.what());
  }
  if (!grant) return;
  system::HttpRequest request;
  request.method = "POST";
  request.address = other_.agent.address;
  request.port = other_.agent.port;
  request.target = "/v1/lease";
  request.bearer_token = context_.secrets.agent_token;
  request.body = to_wire(*grant).dump();
  constexpr Milliseconds grant_limit{500};
  // A grant that is lost is followed by the next one.
  if (const auto sent = agent_.request(request, grant_limit); !sent) {
    spdlog::debug("{}: {}", context_.region.name.value, sent.error().message);
  }
}

}  // namespace lifeboat::local
