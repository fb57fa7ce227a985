#pragma once

#include "ports/clock.h"
#include "ports/markers.h"
#include "providers/local/bootstrap.h"
#include "providers/local/secrets.h"
#include "system/http_client.h"

namespace lifeboat::local {

/// Writes the number ($1) as the newest marker of a database.
inline constexpr const char* write_marker_sql =
    "INSERT INTO lifeboat.marker (id, number, written_at) VALUES (1, $1::bigint, now()) "
    "ON CONFLICT (id) DO UPDATE SET number = greatest(marker.number, excluded.number), written_at = now()";

/// Markers through the stack's real front door: the name is resolved at the stack's DNS server, the application's
/// marker endpoint is called. An application that has none is asked for its health there, and the marker is written by
/// SQL through the pool of the region that answered.
class LocalMarkers : public ports::Markers {
 public:
  /// All three outlive the object.
  LocalMarkers(const InstalledStack& installed, const Secrets& secrets, ports::Clock& clock);

  base::Result<Written> write(std::int64_t number, base::Instant deadline) override;
  base::Result<std::int64_t> read(const base::RegionName& region, base::Instant deadline) override;

 private:
  base::Result<Written> write_http(const std::string& address, std::int64_t number, base::Milliseconds limit) const;
  base::Result<Written> write_sql(const std::string& address, std::int64_t number, base::Instant deadline) const;
  /// The request sent to the door at this address; an answer other than 200 or 201 is http_failed.
  base::Result<system::HttpResponse> ask_door(system::HttpRequest request, const std::string& address,
                                              base::Milliseconds limit) const;
  base::Milliseconds left(base::Instant deadline) const;

  const InstalledStack& installed_;
  const Secrets& secrets_;
  ports::Clock& clock_;
};

}  // namespace lifeboat::local
