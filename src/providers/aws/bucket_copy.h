#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/units.h"
#include "providers/aws/frame_log.h"
#include "providers/aws/state_bucket.h"

namespace lifeboat::aws_world {

/// One bucket's copy of the journal; journal_copy.h says how it is kept. Owned and called by one thread.
///
/// Errors of both calls: region_unreachable when the bucket does not answer in time, and those of the service;
/// journal_corrupt and journal_version when its objects are no journal. Each request takes `limit` at the most.
class BucketCopy {
 public:
  BucketCopy(StateBucket bucket, base::Milliseconds limit, std::size_t part_bytes)
      : bucket_(std::move(bucket)), limit_(limit), part_bytes_(part_bytes) {}

  const base::RegionName& region() const { return bucket_.region(); }
  /// Where it is, for messages.
  std::string place() const;

  /// Adds everything that the bucket has.
  base::Status read(FrameLog& log);

  /// Writes what of the log the bucket lacks. stale_term when it has something that the log has not: then nothing is
  /// written. What was written in part is gone on with by the next call.
  base::Status bring_up(const FrameLog& log);

  /// Takes back what this object has written beyond `end`, where nobody has gone on from it: nobody was told that it is
  /// there. What cannot be taken back stays.
  void retract(const FrameLog& log, std::size_t end);

 private:
  /// The current object: it has the log's bytes from `begin` to `end`.
  struct Current {
    std::string etag;  ///< Empty: there is none.
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t begin_before = 0;  ///< Where the one began that was closed last.
  };
  base::Status find_current(const FrameLog& log);
  base::Status extend(const FrameLog& log, std::size_t end);
  base::Status close(const FrameLog& log);
  base::Status close_over(const std::string& key, const std::string& file, const std::string& place);
  base::Error failed(const aws::Failure& failure) const;

  StateBucket bucket_;
  base::Milliseconds limit_;
  std::size_t part_bytes_;
  std::optional<Current> current_;  ///< Nothing: it has to be read (again).
};

}  // namespace lifeboat::aws_world
