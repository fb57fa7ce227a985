#include "sim/network.h"

#include <utility>

namespace lifeboat::sim {

std::string_view to_string(Site site) {
  switch (site) {
    case Site::controller:
      return "controller";
    case Site::second_controller:
      return "second controller";
    case Site::home:
      return "us-east-2";
    case Site::standby:
      return "us-west-1";
    case Site::global:
      return "global";
    case Site::clients:
      return "clients";
    case Site::count:
      break;
  }
  std::unreachable();
}

void Network::heal() {
  blocked_.fill(0);
  answers_lost_.fill(false);
}

Time Network::delay(Site from, Site to) {
  const auto& settings = ground_.settings;
  if (recorded_) return recorded_->delay(index(from, to), ground_.now());
  if (ground_.random.chance(settings.slow_ppm)) return ground_.random.between(settings.delay_min, settings.slow_max);
  return ground_.random.skewed(settings.delay_min, settings.delay_max);
}

void Network::transmit(Site from, Site to, std::function<void()> arrive, std::function<void()> lost) {
  if (from == to) return ground_.scheduler.after(ground_.random.between(20, 200) * microsecond, std::move(arrive));
  if (!is_open(from, to) || ground_.random.chance(ground_.settings.loss_ppm)) return lost();
  const bool twice = ground_.random.chance(ground_.settings.duplicate_ppm);
  auto carry = [this, from, to, arrive = std::move(arrive), lost = std::move(lost)] {
    if (is_open(from, to)) {
      arrive();
    } else {
      lost();
    }
  };
  const Time first = delay(from, to);
  if (twice) ground_.scheduler.after(delay(from, to), carry);
  ground_.scheduler.after(first, std::move(carry));
}

}  // namespace lifeboat::sim
