#include "providers/aws/duty_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "providers/aws/duty_json.h"
#include "providers/aws/state_bucket.h"
#include "system/files.h"

namespace lifeboat::aws_world {
namespace {

using base::Milliseconds;
using base::Result;

constexpr int most_attempts = 16;
constexpr std::size_t duty_mark_length = 20;
constexpr Milliseconds longest_request{10'000};

/// One change of one duty, with what it knows between its attempts.
class Changing {
 public:
  Changing(StateBucket& bucket, const DutyStore::Change& change, std::string mark, base::Instant deadline,
           const ports::Clock& clock)
      : bucket_(bucket), change_(change), mark_(std::move(mark)), deadline_(deadline), clock_(clock) {}

  Result<RegionDuty> run() {
    for (int attempt = 0; attempt < most_attempts && left() > Milliseconds(0); ++attempt) {
      auto done = attempt_once();
      if (!done) return std::unexpected(complete(std::move(done.error())));
      if (*done) return **std::move(done);
    }
    return base::fail(base::ErrorCode::wait_expired,
                      fmt::format("{} could not be changed in time: {}", bucket_.place(duty_key), last_));
  }

 private:
  Milliseconds left() const { return std::chrono::floor<Milliseconds>(deadline_ - clock_.now()); }
  Milliseconds limit() const { return std::min(left(), longest_request); }

  /// The duty as it is now; nothing where the attempt has to be made again.
  Result<std::optional<RegionDuty>> attempt_once() {
    const auto object = bucket_.get(duty_key, limit());
    if (!object) return std::unexpected(bucket_error(bucket_.region(), object.error()));
    WrittenDuty seen;
    if (*object) {
      auto written = duty_from_text((*object)->body, bucket_.place(duty_key));
      if (!written) return std::unexpected(written.error());
      seen = *std::move(written);
      if (seen.mark == mark_) return std::optional(std::move(seen.duty));
    }
    auto next = change_(seen.duty);
    if (!next) return std::unexpected(next.error());
    if (*object && *next == seen.duty) return std::optional(*std::move(next));
    return write(*std::move(next), *object ? (*object)->etag : "");
  }

  Result<std::optional<RegionDuty>> write(RegionDuty next, const std::string& etag) {
    const auto put = bucket_.put(duty_key, to_text({next, mark_}), etag, limit());
    if (put && *put) return std::optional(std::move(next));
    last_ = "somebody else changes it at the same time";
    if (put) return std::optional<RegionDuty>();
    if (put.error().was_not_done()) return std::unexpected(bucket_error(bucket_.region(), put.error()));
    // It may have been written: reading again tells.
    may_be_done_ = true;
    last_ = put.error().error().message;
    return std::optional<RegionDuty>();
  }

  base::Error complete(base::Error error) const {
    if (may_be_done_) error.message += "; whether the change was written before is not known";
    return error;
  }

  StateBucket& bucket_;
  const DutyStore::Change& change_;
  std::string mark_;
  base::Instant deadline_;
  const ports::Clock& clock_;
  std::string last_ = "no time was left";
  bool may_be_done_ = false;
};

}  // namespace

S3DutyStore::S3DutyStore(aws::Client& client, const ports::Clock& clock, Names names)
    : client_(client), clock_(clock), names_(std::move(names)) {}

Result<std::optional<RegionDuty>> S3DutyStore::read(const base::RegionName& region, Milliseconds limit) {
  StateBucket bucket(client_, names_, region);
  const auto object = bucket.get(duty_key, limit);
  if (!object) return std::unexpected(bucket_error(region, object.error()));
  if (!*object) return std::optional<RegionDuty>();
  auto written = duty_from_text((*object)->body, bucket.place(duty_key));
  if (!written) return std::unexpected(written.error());
  return std::optional(std::move(written->duty));
}

Result<RegionDuty> S3DutyStore::change(const base::RegionName& region, const Change& change, base::Instant deadline) {
  auto mark = system::random_token(duty_mark_length);
  if (!mark) return std::unexpected(mark.error());
  StateBucket bucket(client_, names_, region);
  return Changing(bucket, change, *std::move(mark), deadline, clock_).run();
}

}  // namespace lifeboat::aws_world
