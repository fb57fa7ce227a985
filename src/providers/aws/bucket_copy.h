#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/units.h"
#include "providers/aws/copy_object.h"
#include "providers/aws/frame_log.h"
#include "providers/aws/state_bucket.h"

namespace lifeboat::aws_world {

/// One bucket's copy of the journal; journal_copy.h says how it is kept. Owned and called by one thread. Each request
/// takes `limit` at the most.
class BucketCopy {
 public:
  BucketCopy(StateBucket bucket, base::Milliseconds limit, std::size_t part_bytes)
      : bucket_(std::move(bucket)), limit_(limit), part_bytes_(part_bytes) {}

  const base::RegionName& region() const { return bucket_.region(); }
  /// Where it is, for messages.
  std::string place() const;

  /// Adds everything that the bucket has to the empty log; whether it may have told somebody of it alone.
  /// region_unreachable when the bucket does not answer, and the service's other errors; journal_corrupt and
  /// journal_version when its objects are no journal.
  base::Result<bool> read(FrameLog& log);

  /// How the bucket is to get the log.
  struct Way {
    bool alone = false;       ///< Marked as what the other bucket may lack.
    bool overwrites = false;  ///< Also over bytes of which nobody was told.
  };
  struct Attempt {
    enum class Outcome {
      whole,      ///< The bucket has the log, marked so if that was wanted.
      contested,  ///< It has other bytes in the log's place, of which nobody was told.
      ended,      ///< Somebody else has gone on: stale_term; or what is there is no journal.
      failed,     ///< It does not answer, or refuses. What was written in part is gone on with by the next attempt.
    };
    Outcome outcome = Outcome::whole;
    std::optional<base::Error> error{};  ///< Nothing where it is whole.
  };
  Attempt bring_up(const FrameLog& log, const Way& way);

  /// Whether what it has is marked as what the other bucket may lack.
  bool is_alone() const { return current_ && current_->state == CopyState::alone; }

 private:
  /// The current object: it has the log's bytes from `begin` to `end`, or may be replaced by these.
  struct Current {
    std::string etag{};  ///< Empty: there is none.
    std::string before{};
    CopyState state = CopyState::both;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  base::Result<CopyObject> fetch(const std::string& name, std::string* etag);
  Attempt find_current(const FrameLog& log, bool overwrites);
  Attempt compare_back(const FrameLog& log, CopyObject object, Current found);
  base::Status extend(const FrameLog& log, std::size_t end, CopyState state);
  base::Status close(const FrameLog& log, Current& next);

  StateBucket bucket_;
  base::Milliseconds limit_;
  std::size_t part_bytes_;
  std::optional<Current> current_;  ///< Nothing: it has to be read (again).
};

}  // namespace lifeboat::aws_world
