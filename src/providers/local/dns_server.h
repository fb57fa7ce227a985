#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/ids.h"
#include "model/stack.h"
#include "providers/local/asset.h"
#include "providers/local/asset_process.h"
#include "providers/local/deadline.h"
#include "providers/local/layout.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// The one record that decides which region clients reach, with the reign it belongs to.
struct FrontDoorRecord {
  std::string name;
  std::string address;
  std::int64_t ttl_s = 0;
  base::Epoch epoch;

  bool operator==(const FrontDoorRecord&) const = default;
};

/// PowerDNS, which lies outside both regions. Safe to call from any thread.
class DnsServer : public Asset {
 public:
  /// All of it outlives this.
  struct Parts {
    ScopeParts scope;
    const model::Stack& stack;
    const Layout& layout;
    const Secrets& secrets;
    const Programs& programs;
  };
  explicit DnsServer(Parts parts);

  const std::string& name() const override { return process_.name(); }
  /// Also makes the zone, and the record as it was last set.
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

  /// Makes the record so and waits until the server answers with it. Written down first: a restart keeps it. Errors:
  /// stale_epoch when a newer reign has set it, dns_failed.
  base::Status set_record(const FrontDoorRecord& record, base::Instant deadline);
  /// Makes the zone of drills with the front door's name in it, and waits until the server answers with the address.
  /// What an earlier drill has left of it is removed first. Errors: stale_epoch when the drill was discarded,
  /// dns_failed.
  base::Status set_shadow(base::WallTime begun, const std::string& address, base::Instant deadline);
  /// Removes the zone of drills, if there is one.
  base::Status remove_shadow(base::WallTime begun, base::Instant deadline);

  /// As it was last set; nothing when it never was.
  base::Result<std::optional<FrontDoorRecord>> record() const;

 private:
  base::Result<int> api(const std::string& method, const std::string& path, const std::string& body,
                        base::Milliseconds timeout, int also_well = 0) const;
  base::Status make_zone(base::Instant deadline);
  base::Status delete_shadow_zone(const Deadline& until) const;
  base::Status await_answer(const std::string& name, const std::string& address, const Deadline& until) const;
  base::Status publish(const FrontDoorRecord& record, base::Instant deadline);
  std::filesystem::path record_file() const { return process_.folder() / "record.json"; }
  std::filesystem::path drill_file() const { return process_.folder() / "drill.json"; }

  Parts parts_;
  AssetProcess process_;
  std::timed_mutex changing_;
};

}  // namespace lifeboat::local
