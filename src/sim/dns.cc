#include "sim/dns.h"

#include <fmt/format.h>

#include <utility>

namespace lifeboat::sim {

using base::ErrorCode;
using base::fail;

Dns::Dns(Ground& ground)
    : agent(ground.scheduler, "global agent"), server(ground.scheduler, "DNS server"), ground_(ground) {
  agent.start();
  server.start();
}

base::Status Dns::claim(const engine::Term& term) {
  auto next = engine::obeyed(duty_, term);
  if (!next) return std::unexpected(next.error());
  duty_ = std::move(*next);
  return {};
}

void Dns::perform(const engine::Effect& effect, const engine::Term& term, const Answer<engine::Outcome>& reply) {
  if (auto obeyed = claim(term); !obeyed) return reply(std::unexpected(obeyed.error()));
  const auto* write = std::get_if<engine::WriteDnsRecord>(&effect.body);
  if (write == nullptr) return reply(engine::Done{});  // The server's process is there from the beginning.
  auto next = engine::accepted(duty_, write->epoch);
  if (!next) return reply(std::unexpected(next.error()));
  duty_ = std::move(*next);
  agent.after(ground_.work(2 * millisecond, 60 * millisecond), [this, reply, write = *write] {
    if (down) return reply(fail(ErrorCode::dns_failed, "the DNS server does not answer"));
    if (write.epoch < duty_.newest) return reply(fail(ErrorCode::stale_epoch, "a newer record has been written"));
    record_ = write.region;
    ground_.tell([&] { return fmt::format("the front door's name is {} now", record_.value); });
    reply(engine::Done{});
  });
}

base::Result<base::RegionName> Dns::resolve() const {
  if (down || record_.empty()) return fail(ErrorCode::dns_failed, "no answer");
  return record_;
}

}  // namespace lifeboat::sim
