#include <fmt/format.h>

#include "providers/local/postgres_schema.h"
#include "providers/local/region_database_impl.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using State = WriterRecord::State;

}  // namespace

base::Status RegionDatabase::Impl::ensure_node(const std::string& name, const Deadline& deadline) {
  Member* member = find(name);
  if (member == nullptr) {
    return base::fail(ErrorCode::bad_request,
                      fmt::format("{} has no database node {}", context_.region.name.value, name));
  }
  const auto role = assignment().role;
  if (role == model::RegionRole::none) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: the region has no role yet", member->node.application_name()),
                      "Assign the region its role first.");
  }
  {
    auto lock = lock_member(*member, deadline);
    if (!lock) return std::unexpected(lock.error());
    const AtWork work(*member);
    const auto built =
        role == model::RegionRole::active ? ensure_in_active(*member, deadline) : ensure_in_standby(*member, deadline);
    if (!built) return built;
  }
  // The keeper may help from here on: a standby that turns out not to fit is rebuilt.
  return member->node.is_standby() ? wait_streaming(*member, deadline) : base::Status{};
}

base::Result<std::string> RegionDatabase::Impl::claim_writer() {
  const auto role = assignment();
  const auto claimed = change_record([&](WriterRecord& next) -> base::Status {
    if (next.state == State::open) return {};
    if (next.state != State::none || next.established) {
      return base::fail(
          ErrorCode::stale_epoch,
          fmt::format("{}: its databases are {} as of epoch {}, so none of them may be started as a writer",
                      context_.region.name.value, to_string(next.state), next.epoch.value),
          "Promote or reopen the region, or make it a replica with 'lifeboat reprotect'.");
    }
    next = {.state = State::open,
            .epoch = role.epoch,
            .established = false,
            .writer = members_.front()->node.name(),
            .synchronous_standby = {},
            .synchronous_replica = {}};
    return {};
  });
  if (!claimed) return std::unexpected(claimed.error());
  {
    const std::lock_guard lock(state_mutex_);
    if (role.epoch >= record_->epoch) confirmed_ = std::max(confirmed_, role.epoch);
  }
  return record()->writer;
}

base::Status RegionDatabase::Impl::ensure_in_active(Member& member, const Deadline& deadline) {
  const auto writer = claim_writer();
  if (!writer) return std::unexpected(writer.error());
  return *writer == member.node.name() ? ensure_writer(member, deadline) : ensure_standby(member, *writer, deadline);
}

base::Status RegionDatabase::Impl::ensure_writer(Member& member, const Deadline& deadline) {
  const auto record = this->record();
  if (!record) return std::unexpected(record.error());
  if (!member.node.installed()) {
    if (record->established) {
      return base::fail(ErrorCode::postgres_failed,
                        fmt::format("{}: the writer's data is gone; an empty database will not take its place",
                                    member.node.application_name()));
    }
    if (auto made = member.node.initialise(deadline); !made) return made;
  }
  if (auto started = start_writer(member, deadline); !started) return started;
  if (record->established) return {};
  if (auto established = establish(member, record->epoch, deadline); !established) return established;
  return change_record([](WriterRecord& next) -> base::Status {
    next.established = true;
    return {};
  });
}

base::Status RegionDatabase::Impl::start_writer(Member& member, const Deadline& deadline) {
  {
    auto lock = lock_region(deadline);
    if (!lock) return std::unexpected(lock.error());
    if (auto started = start_writer_process(member); !started) return started;
  }
  return wait_answering(member, true, deadline);
}

base::Status RegionDatabase::Impl::start_writer_process(Member& member) {
  const auto record = this->record();
  if (!may_commit() || !record || record->writer != member.node.name()) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{} may not be started as a writer: its reign is over",
                                                          member.node.application_name()));
  }
  if (member.node.is_standby()) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("{} should be the writer, but its data is a replica's",
                                                              member.node.application_name()));
  }
  // Whoever is recorded as synchronous has every acknowledged write; so it stays while commits go on.
  const auto confirming = names_of({record->synchronous_standby, record->synchronous_replica});
  if (auto required = member.node.require_confirmation(confirming); !required) return required;
  if (auto started = member.node.start(); !started) return std::unexpected(started.error());
  return {};
}

base::Status RegionDatabase::Impl::establish(Member& member, base::Epoch epoch, const Deadline& deadline) {
  if (auto leased = await_lease_(deadline.at()); !leased) return leased;
  auto admin = member.node.connect(deadline.at_most(base::Milliseconds{2000}));
  if (!admin) return std::unexpected(admin.error());
  if (auto made = ensure_roles(*admin, context_.secrets, deadline); !made) return made;
  const auto& database = context_.stack.database.name;
  if (auto made = ensure_database(*admin, database, deadline); !made) return made;
  auto client = member.node.connect(deadline.at_most(base::Milliseconds{2000}), database);
  if (!client) return std::unexpected(client.error());
  return ensure_lifeboat_schema(*client, context_.region.name, epoch, deadline);
}

base::Status RegionDatabase::Impl::start_replica(Member& member, const std::string& followed) {
  if (!member.node.is_standby()) {
    return base::fail(ErrorCode::reign_over, fmt::format("{} holds a writer's data of an older reign and stays stopped",
                                                         member.node.application_name()));
  }
  if (auto set = member.node.follow(upstream_of(followed), followed); !set) return set;
  if (auto started = member.node.start(); !started) return std::unexpected(started.error());
  return {};
}

base::Status RegionDatabase::Impl::ensure_standby(Member& member, const std::string& writer, const Deadline& deadline) {
  Member& source = *find(writer);
  if (!member.node.installed()) {
    const bool established = wait_for(deadline, base::Milliseconds{10}, [&] {
      return reign_at(source.node.placement().endpoint, deadline.at_most(look_timeout)).has_value();
    });
    if (!established) {
      return base::fail(ErrorCode::wait_expired, fmt::format("{}: the writer {} was not ready to be copied",
                                                             member.node.application_name(), writer));
    }
    if (auto copied = member.node.copy_from(source.node.placement().endpoint, deadline, {}); !copied) return copied;
  }
  if (!member.node.is_standby()) return rebuild(member, writer, deadline, {});
  return start_replica(member, writer);
}

base::Status RegionDatabase::Impl::ensure_in_standby(Member& member, const Deadline& deadline) {
  const auto record = this->record();
  if (!record) return std::unexpected(record.error());
  if (record->state != State::none) {
    return base::fail(ErrorCode::reign_over,
                      fmt::format("{}: the region reigned until epoch {} and was not made a replica since",
                                  member.node.application_name(), record->epoch.value));
  }
  // The first node follows the other region, the others follow it; the keeper may have chosen otherwise since.
  const bool is_first = &member == members_.front().get();
  const auto followed = is_first ? std::string() : members_.front()->node.name();
  if (!member.node.installed()) {
    const auto source = wait_other_writer(assignment().epoch, deadline);
    if (!source) return std::unexpected(source.error());
    if (auto copied = member.node.copy_from(source->endpoint, deadline, {}); !copied) return copied;
    return start_replica(member, followed);
  }
  return start_replica(member, member.node.pid() != 0 ? member.node.followed() : followed);
}

base::Result<base::Epoch> RegionDatabase::Impl::reign_at(const Endpoint& endpoint, base::Milliseconds timeout) {
  auto client = PostgresClient::connect(members_.front()->node.target(endpoint, context_.stack.database.name), timeout);
  if (!client) return std::unexpected(client.error());
  return read_reign(*client, timeout);
}

base::Result<RegionDatabase::Impl::OtherWriter> RegionDatabase::Impl::wait_other_writer(base::Epoch at_least,
                                                                                        const Deadline& deadline) {
  std::string seen = "none of its nodes answers";
  std::optional<OtherWriter> found;
  wait_for(deadline, base::Milliseconds{20}, [&] {
    for (const auto& host : other_region().hosts) {
      const auto epoch = reign_at(host, deadline.at_most(look_timeout));
      if (!epoch) {
        seen = epoch.error().message;
      } else if (*epoch < at_least) {
        seen = fmt::format("the writer at {} reigns in epoch {}, which is over", host.text(), epoch->value);
      } else if (!found || *epoch > found->epoch) {
        found = OtherWriter{host, *epoch};
      }
    }
    return found.has_value();
  });
  if (found) return *found;
  return base::fail(ErrorCode::wait_expired, fmt::format("{}: the other region has no writer of epoch {} to follow: {}",
                                                         context_.region.name.value, at_least.value, seen));
}

base::Status RegionDatabase::Impl::write_reign(Member& member, base::Epoch epoch, const Deadline& deadline) {
  if (auto leased = await_lease_(deadline.at()); !leased) return leased;
  auto client = member.node.connect(deadline.at_most(base::Milliseconds{2000}), context_.stack.database.name);
  if (!client) return std::unexpected(client.error());
  return local::write_reign(*client, context_.region.name, epoch, deadline);
}

}  // namespace lifeboat::local
