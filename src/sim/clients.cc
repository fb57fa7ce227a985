#include "sim/clients.h"

#include "sim/world.h"

namespace lifeboat::sim {

Clients::Clients(World& world) : world_(world), ground_(world.ground), process_(world.ground.scheduler, "clients") {}

void Clients::start() {
  process_.start();
  clients_.resize(static_cast<std::size_t>(ground_.settings.clients));
  for (std::size_t client = 0; client < clients_.size(); ++client) {
    process_.after(ground_.random.between(0, ground_.settings.think), [this, client] { turn(client); });
  }
}

void Clients::turn(std::size_t client) {
  const auto& state = clients_[client];
  if (state.door == nullptr || ground_.now() - state.resolved_at >= ground_.settings.dns_ttl) {
    resolve(client);
  } else {
    write(client);
  }
}

void Clients::resolve(std::size_t client) {
  constexpr Time resolver_limit = 500 * millisecond;
  auto& dns = world_.dns;
  world_.network.call<base::RegionName>(
      {Site::clients, &process_}, dns.server_endpoint(), resolver_limit,
      [&dns](const Answer<base::RegionName>& answer) { answer(dns.resolve()); },
      [this, client](const base::Result<base::RegionName>& name) {
        if (!name) {
          process_.after(ground_.settings.think, [this, client] { turn(client); });
          return;
        }
        clients_[client] = {&world_.region(*name), ground_.now()};
        write(client);
      });
}

void Clients::write(std::size_t client) {
  constexpr Time patience = 3 * second;
  ++sent_;
  write_through(*clients_[client].door, {Site::clients, &process_}, patience,
                [this, client](const base::Result<Ack>& answer) {
                  ++(answer ? answered_ : failed_);
                  const Time pause = ground_.random.between(ground_.settings.think / 2, ground_.settings.think * 2);
                  process_.after(pause, [this, client] { turn(client); });
                });
}

void Clients::write_through(Region& region, const Endpoint& caller, Time limit, Answer<Ack> done) {
  const WriteId write = ++world_.last_write;
  world_.network.call<Ack>(
      caller, {region.site(), &region.door.process}, limit,
      [&region, write](const Answer<Ack>& answer) { region.door.take(write, 0, answer); }, std::move(done));
}

}  // namespace lifeboat::sim
