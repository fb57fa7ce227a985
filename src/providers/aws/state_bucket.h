#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "aws/client.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

/// One object as its bucket has it.
struct StoredObject {
  std::string body;
  std::string etag;                             ///< Names exactly these bytes; what a conditional write asks for.
  std::optional<base::WallTime> modified_at{};  ///< By the bucket's clock.
  std::optional<base::WallTime> answered_at{};  ///< By the same clock: when it was read.
};

/// The limits of one request to a bucket, all attempts included.
aws::CallLimits bucket_limits(base::Milliseconds limit);

/// True where the bucket did not answer, or answered that it is in trouble; false where it said no.
bool is_silence(const aws::Failure& failure);
/// region_unreachable where the bucket did not answer, and the failure's own error otherwise.
base::Error bucket_error(const base::RegionName& region, const aws::Failure& failure);

/// The objects of one region's bucket in which the stack's state is kept. Every request names the account that the
/// bucket must belong to. Callable from any thread.
class StateBucket {
 public:
  StateBucket(aws::Client& client, const Names& names, base::RegionName region);

  const base::RegionName& region() const { return region_; }
  /// How messages call an object: "s3://bucket/key".
  std::string place(std::string_view key) const;

  /// Nothing where there is no such object or no bucket.
  std::expected<std::optional<StoredObject>, aws::Failure> get(const std::string& key, base::Milliseconds limit);

  /// Writes where the object is still the one with this ETag; an empty one: where there is none. The new ETag, or
  /// nothing where it is another one now. After a failure that was not `was_not_done` it may have been written, and may
  /// even be written later.
  std::expected<std::optional<std::string>, aws::Failure> put(const std::string& key, const std::string& body,
                                                              const std::string& etag, base::Milliseconds limit);

 private:
  aws::Client& client_;
  base::RegionName region_;
  std::string bucket_;
  std::string account_;
};

}  // namespace lifeboat::aws_world
