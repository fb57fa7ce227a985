#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/checks.h"
#include "model/scalar.h"

namespace lifeboat::model {

namespace {

using std::chrono::milliseconds;

void check_rto(Checks& checks) {
  const Recovery& r = checks.stack().recovery;
  const milliseconds ttl = checks.stack().dns.ttl;
  const milliseconds detection = r.detection_interval * r.detection_threshold;
  const std::string objective = duration_text(r.rto_objective);
  constexpr std::string_view rto = "recovery.rto_objective";
  if (ttl > r.rto_objective) {
    checks.error({"dns.ttl", rto},
                 fmt::format("the TTL of {} is above the RTO objective of {}", duration_text(ttl), objective),
                 "clients keep the old answer that long: lower the TTL or raise the objective");
  } else if (detection > r.rto_objective) {
    checks.error(
        {"recovery.detection_interval", "recovery.detection_threshold", rto},
        fmt::format("noticing a loss takes {} ({} × {}), more than the RTO objective of {}", duration_text(detection),
                    duration_text(r.detection_interval), r.detection_threshold, objective),
        "lower the interval or the threshold, or raise the objective");
  } else if (ttl + detection > r.rto_objective) {
    checks.error({rto, "dns.ttl", "recovery.detection_interval", "recovery.detection_threshold"},
                 fmt::format("noticing a loss ({}) and the TTL ({}) take longer than the RTO objective of {}",
                             duration_text(detection), duration_text(ttl), objective),
                 fmt::format("an objective below {} cannot be met", duration_text(ttl + detection)));
  }
}

void check_lease(Checks& checks) {
  if (checks.stack().world == World::aws) return;  // No lease there.
  const Recovery& r = checks.stack().recovery;
  constexpr int renewals = 3;
  if (r.lease < r.detection_interval * renewals) {
    checks.error({"recovery.lease", "recovery.detection_interval"},
                 fmt::format("a lease of {} would end before {} probes, one each {}", duration_text(r.lease), renewals,
                             duration_text(r.detection_interval)),
                 fmt::format("use {} or more: a lease is renewed with each probe",
                             duration_text(r.detection_interval * renewals)));
  }
  if (r.mode == RecoveryMode::automatic && r.lease >= r.rto_objective) {
    checks.error({"recovery.lease", "recovery.rto_objective", "recovery.mode"},
                 fmt::format("the lease of {} is not below the RTO objective of {}", duration_text(r.lease),
                             duration_text(r.rto_objective)),
                 "an automatic failover may have to wait for the lease to end: shorten it or raise the objective");
  }
  if (r.mode == RecoveryMode::automatic && r.detection_threshold == 1) {
    checks.warning({"recovery.detection_threshold", "recovery.mode"},
                   "in automatic mode a single lost probe moves the stack", "use a threshold of 3");
  }
}

void check_rpo(Checks& checks) {
  const bool synchronous = checks.stack().database.cross_region == CrossRegionReplication::synchronous;
  const milliseconds rpo = checks.stack().recovery.rpo_objective;
  if (rpo.count() == 0 && !synchronous) {
    checks.error({"recovery.rpo_objective", "database.cross_region"},
                 "losing no write at all needs synchronous replication between the regions",
                 "set 'cross_region: synchronous' below 'database:', or allow some seconds");
  }
  if (synchronous && rpo.count() > 0 && checks.given("recovery.rpo_objective")) {
    checks.warning({"recovery.rpo_objective", "database.cross_region"},
                   "with synchronous replication between the regions no write is lost", "write 'rpo_objective: 0s'");
  }
}

}  // namespace

void check_dns(Checks& checks) {
  const Dns& dns = checks.stack().dns;
  constexpr std::size_t longest_name = 253;
  if (dns.host().size() > longest_name) {
    checks.error({"dns.domain", "dns.record"},
                 fmt::format("the name has {} characters, more than the {} of DNS", dns.host().size(), longest_name),
                 "shorten the domain or the record");
  }
  const std::string_view domain = dns.domain;
  const std::string_view last = domain.substr(domain.rfind('.') == std::string_view::npos ? 0 : domain.rfind('.') + 1);
  static constexpr std::array<std::string_view, 5> reserved{"test", "example", "invalid", "localhost", "local"};
  if (checks.stack().world == World::aws && std::ranges::find(reserved, last) != reserved.end()) {
    checks.error({"dns.domain", "world"}, fmt::format("no name below '.{}' can be reached on the Internet", last),
                 "set 'domain:' below 'dns:' to one that you own");
  }
}

void check_recovery(Checks& checks) {
  check_rto(checks);
  check_lease(checks);
  check_rpo(checks);
}

}  // namespace lifeboat::model
