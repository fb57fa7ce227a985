#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "providers/aws/fake_s3.h"
#include "providers/aws/seat.h"

namespace lifeboat::aws_world::testing {
namespace {

constexpr base::Milliseconds limit{10'000};
constexpr std::int64_t time_to_live_s = 60;

/// Three operators who take, renew and leave the seat at random, while answers are lost and the second region comes and
/// goes. The first one answers everybody.
class Crowd {
 public:
  explicit Crowd(unsigned seed) : random_(seed) {
    add_buckets(s3_);
    s3_.fault = [this](const S3Request& request) { return fault(request); };
    for (auto& one : operators_) {
      one.seat = std::make_unique<Seat>(account_.client, account_.time, test_stack(), test_names());
    }
  }

  void step() {
    if (chance(15)) is_away_ = !is_away_;
    s3_.now_s += static_cast<std::int64_t>(random_() % 40);
    auto& one = operators_[random_() % operators_.size()];
    if (!one.renewed_s) {
      take(one);
    } else if (chance(85)) {
      renew(one);
    } else {
      std::ignore = one.seat->leave(limit);
      one.renewed_s.reset();
    }
  }

  int taken = 0;

 private:
  struct Operator {
    std::unique_ptr<Seat> seat;
    std::optional<std::int64_t> renewed_s{};  ///< Nothing: it does not sit, as far as it knows.
    std::uint64_t term = 0;
  };

  bool chance(unsigned percent) { return random_() % 100 < percent; }

  Fault fault(const S3Request& request) {
    if (request.region == "us-west-1" && is_away_) return Fault::unreachable;
    // Two of six requests at most: more in a row, and the region would be one that does not answer.
    auto& [asked, failed] = counts_[request.region];
    if (asked++ % 6 == 0) failed = 0;
    if (failed == 2 || !chance(25)) return Fault::none;
    ++failed;
    constexpr std::array faults{Fault::lost_answer, Fault::late, Fault::lost_request, Fault::throttled,
                                Fault::conflict};
    // The last one only writes get.
    return faults[random_() % (request.method == "PUT" ? faults.size() : faults.size() - 1)];
  }

  void take(Operator& one) {
    const auto began_s = s3_.now_s.load();
    const auto got = one.seat->take("same name", limit);
    if (!got) return;
    ++taken;
    EXPECT_TRUE(terms_.insert(got->term.number).second) << "a term was given twice";
    for (const auto& other : operators_) {
      const bool sits = &other != &one && other.renewed_s && began_s - *other.renewed_s < time_to_live_s;
      EXPECT_FALSE(sits) << "two have the seat";
    }
    one.renewed_s = began_s;
    one.term = got->term.number;
  }

  void renew(Operator& one) {
    const auto began_s = s3_.now_s.load();
    const auto renewed = one.seat->renew(limit);
    if (renewed) one.renewed_s = began_s;
    if (!renewed && renewed.error().code == base::ErrorCode::stale_term) one.renewed_s.reset();
    for (const auto& other : operators_) {
      EXPECT_FALSE(renewed && other.renewed_s && other.term > one.term) << "an older one renewed";
    }
  }

  FakeS3 s3_;
  FakeAccount account_{s3_};
  std::mt19937 random_;
  bool is_away_ = false;
  std::map<std::string, std::pair<int, int>> counts_;
  std::array<Operator, 3> operators_;
  std::set<std::uint64_t> terms_;
};

TEST(SeatFaults, Two_never_hold_it_at_once_while_one_bucket_answers_everybody) {
  int taken = 0;
  for (unsigned seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Crowd crowd(seed);
    for (int step = 0; step < 60; ++step) crowd.step();
    taken += crowd.taken;
  }
  EXPECT_GT(taken, 100);
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
