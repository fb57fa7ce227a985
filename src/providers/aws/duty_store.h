#pragma once

#include <string>

#include "aws/client.h"
#include "ports/clock.h"
#include "providers/aws/duty.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

inline constexpr const char* duty_key = "duty.json";

/// The duties in the regions' buckets. `client` and `clock` outlive it.
///
/// Errors besides those of DutyStore: record_corrupt where the object is not what Lifeboat writes (nothing is guessed
/// and nothing is written over it), aws_denied, aws_missing where a change finds no bucket, wait_expired where others
/// change the duty all the time. A change that was carried out though its answer was lost is found by its mark and not
/// made twice; where that cannot be found out, the error says so.
class S3DutyStore : public DutyStore {
 public:
  S3DutyStore(aws::Client& client, const ports::Clock& clock, Names names);

  base::Result<std::optional<RegionDuty>> read(const base::RegionName& region, base::Milliseconds limit) override;
  base::Result<RegionDuty> change(const base::RegionName& region, const Change& change,
                                  base::Instant deadline) override;

 private:
  aws::Client& client_;
  const ports::Clock& clock_;
  Names names_;
};

}  // namespace lifeboat::aws_world
