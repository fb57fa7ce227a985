#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aws/client.h"
#include "aws/transport.h"
#include "base/ids.h"
#include "base/units.h"
#include "model/stack.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world::testing {

/// What becomes of one request.
enum class Fault {
  none,
  unreachable,   ///< No connection: nothing is done.
  lost_request,  ///< No answer, and nothing is done.
  lost_answer,   ///< It is done, but the answer is lost.
  late,          ///< No answer; it is done after the next request to the same bucket.
  throttled,     ///< 503 SlowDown: nothing is done.
  server_fault,  ///< 500: nothing is done.
  conflict,      ///< 409 ConditionalRequestConflict: nothing is done.
  denied,        ///< 403.
  no_bucket,     ///< 404 NoSuchBucket, whether it is there or not.
};

struct S3Request {
  std::string method;
  std::string bucket;
  std::string region;
  std::string key;  ///< Decoded; empty: of the bucket.
  const aws::Request& whole;
};

/// A simulation of S3 in memory, in every region, that does what S3 does with conditions, versions and owners; faults
/// on demand. Callable from any thread.
class FakeS3 : public aws::Transport {
 public:
  struct Object {
    std::string body;
    std::string etag;
    base::WallTime modified_at{};
  };
  struct Version {
    std::string key;
    std::string id;
    bool is_marker = false;
  };
  struct Bucket {
    std::string region;
    std::string owner;
    std::map<std::string, Object> objects{};
    std::vector<Version> versions{};
    std::map<std::string, std::string> settings{};  ///< "versioning" → the document.
  };

  std::expected<aws::HttpAnswer, aws::ExchangeFailure> send(const aws::Request& request,
                                                            const aws::ExchangeLimits& limits) override;

  void add_bucket(const std::string& name, const std::string& region, const std::string& owner);
  /// A copy; nothing where there is none.
  std::optional<Bucket> bucket(const std::string& name) const;
  std::optional<std::string> body(const std::string& bucket, const std::string& key) const;
  /// As if somebody else wrote it.
  void put(const std::string& bucket, const std::string& key, const std::string& body);
  void erase(const std::string& bucket, const std::string& key);

  /// The buckets' clock.
  std::atomic<std::int64_t> now_s{1'795'482'123};
  std::atomic<int> requests{0};
  std::atomic<std::size_t> bytes_put{0};
  std::size_t page_size = 1000;
  /// Asked before every request, one at a time; may look at the buckets; may be empty. Not to be changed while requests
  /// are made.
  std::function<Fault(const S3Request&)> fault;

 private:
  using Answer = aws::HttpAnswer;
  Answer carry_out(const S3Request& request);
  Answer of_bucket(const S3Request& request);
  Answer of_object(const S3Request& request, Bucket& bucket);
  Answer put_object(const S3Request& request, Bucket& bucket);
  Answer list(const S3Request& request, const Bucket& bucket) const;
  Answer list_versions(const Bucket& bucket) const;
  Answer delete_versions(const S3Request& request, Bucket& bucket);
  Answer create_bucket(const S3Request& request);
  Answer reply(int status, std::string body = "", aws::Fields headers = {}) const;
  Answer refuse(int status, const std::string& code) const;
  void store(Bucket& bucket, const std::string& key, const std::string& body);

  mutable std::recursive_mutex mutex_;
  std::map<std::string, Bucket> buckets_;
  std::map<std::string, std::vector<aws::Request>> late_;  ///< By bucket.
  int versions_ = 0;
};

/// Time that passes only by waiting; callable from any thread.
struct FakeTime : ports::Clock, ports::Pause, ports::Chance {
  base::Instant now() const override { return base::Instant(base::Milliseconds(passed_ms.load())); }
  base::WallTime wall_now() const override { return base::WallTime(base::Milliseconds(wall_ms + passed_ms)); }
  bool wait(base::Milliseconds duration) override {
    passed_ms += duration.count();
    if (on_wait) on_wait(duration);
    return !is_stopped;
  }
  double fraction() override { return 0.5; }

  std::atomic<std::int64_t> passed_ms{1'000};
  std::atomic<std::int64_t> wall_ms{1'795'482'123'000};  ///< The laptop's.
  std::atomic<bool> is_stopped{false};
  std::function<void(base::Milliseconds)> on_wait;
};

/// A real client whose every request goes to a simulation.
struct FakeAccount {
  explicit FakeAccount(aws::Transport& transport);

  FakeTime time;
  aws::FixedCredentials credentials;
  aws::Client client;
};

/// A stack "shop" in us-east-2 and us-west-1 of account 123456789012.
model::Stack test_stack();
Names test_names();
const std::string home = "us-east-2";
const std::string standby = "us-west-1";
std::string bucket_in(const std::string& region);
/// Both buckets of that stack.
void add_buckets(FakeS3& s3);

}  // namespace lifeboat::aws_world::testing
