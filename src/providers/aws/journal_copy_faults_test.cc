#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>
#include <tuple>

#include "providers/aws/copy_object.h"
#include "providers/aws/journal_world.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using testing::append;
using testing::bucket_in;
using testing::Fault;
using testing::home;
using testing::Laptop;
using testing::standby;
using testing::texts_of;
using Texts = std::vector<std::string>;

/// What a laptop's battery has left: every change of its disk and every request takes one step.
struct Power {
  explicit Power(int its_steps) : steps(its_steps) {}
  std::atomic<int> steps;
  bool is_off() { return steps.fetch_sub(1) <= 0; }
};

/// How a laptop dies: what its last request still does, and what its disk keeps.
struct Death {
  Fault last_request = Fault::unreachable;
  std::size_t kept_bytes = 0;
  bool keeps_names = false;
};

/// A laptop that appends records until its battery is empty, and what it was told.
struct Life {
  testing::FakeS3 s3;
  Laptop laptop{s3};
  Texts acknowledged;
  Texts asked;
  bool was_completed = false;

  Life() {
    add_buckets(s3);
    laptop.options.largest_file_bytes = 500;
    laptop.part_bytes = 300;
  }

  void live(int steps, const Death& death) {
    {
      auto journal = laptop.open();
      ASSERT_TRUE(journal) << journal.error().text();
      for (const auto* text : {"one", "two", "three"}) {
        ASSERT_TRUE(append(*journal, text));
        acknowledged.emplace_back(text);
      }
    }
    asked = acknowledged;
    Power power(steps);
    laptop.disk.cut_off = [&] { return power.is_off(); };
    s3.fault = [&](const testing::S3Request&) {
      if (!power.is_off()) return Fault::none;
      return power.steps == -1 ? death.last_request : Fault::unreachable;
    };
    work();
    s3.fault = {};
    laptop.disk.cut_off = {};
    laptop.disk.crash(death.kept_bytes, death.keeps_names);
  }

  void work() {
    auto journal = laptop.open();
    if (!journal) return;
    for (const auto* text : {"four", "five", "six", "seven", "eight", "nine"}) {
      asked.emplace_back(text);
      if (!append(*journal, text)) return;
      acknowledged.emplace_back(text);
    }
    was_completed = true;
  }

  /// Every record that was acknowledged, and further ones only as they were asked for.
  void check(const Texts& found, const std::string& where) const {
    ASSERT_GE(found.size(), acknowledged.size()) << where;
    ASSERT_LE(found.size(), asked.size()) << where;
    EXPECT_EQ(found, Texts(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(found.size()))) << where;
  }
};

TEST(JournalCopyFaults, Cut_at_every_step_no_acknowledged_record_is_lost) {
  int cuts = 0;
  for (const auto& death : {Death{}, Death{.last_request = Fault::lost_answer, .kept_bytes = 7},
                            Death{.last_request = Fault::late, .kept_bytes = 1000, .keeps_names = true}}) {
    bool was_completed = false;
    for (int steps = 0; !was_completed; ++steps, ++cuts) {
      Life life;
      life.live(steps, death);
      was_completed = life.was_completed;
      const auto where = fmt::format("step {}, last request {}", steps, static_cast<int>(death.last_request));
      {
        Laptop other(life.s3);
        const auto elsewhere = other.open();
        ASSERT_TRUE(elsewhere) << where << elsewhere.error().text();
        life.check(texts_of(elsewhere->records()), where + ", elsewhere");
      }
      auto again = life.laptop.open();
      ASSERT_TRUE(again) << where << again.error().text();
      life.check(texts_of(again->records()), where);
      ASSERT_TRUE(append(*again, "after")) << where;
    }
  }
  EXPECT_GT(cuts, 100);
}

TEST(JournalCopyFaults, Cut_at_every_step_of_coming_back_no_acknowledged_record_is_lost) {
  int cuts = 0;
  for (const int first : {5, 14, 23}) {
    bool was_completed = false;
    for (int second = 0; !was_completed; ++second, ++cuts) {
      Life life;
      life.live(first, {.last_request = Fault::lost_answer, .kept_bytes = 7});
      // The standby's bucket has lost everything meanwhile, so that there is much to fill.
      const auto lost = life.s3.bucket(bucket_in(standby))->objects;
      for (const auto& [key, object] : lost) life.s3.erase(bucket_in(standby), key);
      Power power(second);
      life.laptop.disk.cut_off = [&] { return power.is_off(); };
      life.s3.fault = [&](const testing::S3Request&) { return power.is_off() ? Fault::unreachable : Fault::none; };
      was_completed = life.laptop.fetch().has_value() && power.steps > 0;
      life.laptop.disk.cut_off = {};
      life.s3.fault = {};
      life.laptop.disk.crash(3);
      const auto where = fmt::format("steps {} and {}", first, second);
      const auto again = life.laptop.open();
      ASSERT_TRUE(again) << where << again.error().text();
      life.check(texts_of(again->records()), where);
    }
  }
  EXPECT_GT(cuts, 20);
}

/// Faults of a network in which, at any moment, one region answers everybody, and no region goes away before the other
/// one has everything.
class Weather {
 public:
  Weather(testing::FakeS3& s3, unsigned seed) : s3_(s3), random_(seed) {}

  Fault operator()(const testing::S3Request& request) {
    if (is_over) return Fault::none;
    if (chance(8) && (away_ || has_same_copies())) {
      away_ = away_ ? std::nullopt : std::optional(chance(50) ? home : standby);
    }
    if (away_ == request.region) return chance(70) ? Fault::unreachable : Fault::lost_request;
    // Two of six requests at most: more in a row, and the region would be one that does not answer.
    auto& [asked, failed] = counts_[request.region];
    if (asked++ % 6 == 0) failed = 0;
    if (failed == 2 || !chance(20)) return Fault::none;
    ++failed;
    constexpr std::array faults{Fault::lost_answer, Fault::lost_request, Fault::throttled, Fault::late,
                                Fault::conflict};
    return faults[random_() % (request.method == "PUT" ? faults.size() : 3)];
  }

  std::atomic<bool> is_over = false;

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  bool has_same_copies() const { return frames_at(home) == frames_at(standby); }
  std::string frames_at(const std::string& region) const {
    const auto body = s3_.body(bucket_in(region), "journal/journal.lbj");
    return body ? copy_from_bytes(*body, "there")->frames : "";
  }

  testing::FakeS3& s3_;
  std::mt19937 random_;
  std::optional<std::string> away_;
  std::map<std::string, std::pair<int, int>> counts_;
};

struct Writer {
  Laptop laptop;
  std::string name;
  std::map<std::uint64_t, std::string> acknowledged{};  ///< By the record's number.
  Texts problems{};

  void write_some(unsigned seed) {
    std::mt19937 random(seed);
    laptop.options.largest_file_bytes = 800;
    laptop.part_bytes = 500;
    for (int round = 0; round < 8; ++round) {
      auto journal = laptop.open();
      if (!journal && journal.error().code == ErrorCode::journal_corrupt) problems.push_back(journal.error().message);
      for (unsigned number = 0; journal && number < 1 + random() % 4; ++number) {
        const auto position = journal->next_sequence();
        const auto text = fmt::format("{} {}.{}", name, round, number);
        if (!append(*journal, text)) break;
        acknowledged[position] = text;
      }
    }
  }
};

TEST(JournalCopyFaults, Two_writers_never_both_believe_to_have_written_the_same_place) {
  std::size_t acknowledged = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    testing::FakeS3 s3;
    add_buckets(s3);
    Weather weather(s3, seed);
    s3.fault = std::ref(weather);
    Writer ana{Laptop(s3), "ana"};
    Writer bob{Laptop(s3), "bob"};
    {
      const std::jthread one([&] { ana.write_some(seed); });
      const std::jthread two([&] { bob.write_some(seed + 1000); });
    }
    if (!ana.problems.empty() || !bob.problems.empty())
      continue;  // Copies that went different ways are said, not mended.
    for (const auto& [position, text] : ana.acknowledged) {
      EXPECT_FALSE(bob.acknowledged.contains(position)) << "seed " << seed << ": record " << position;
    }
    weather.is_over = true;
    Laptop third(s3);
    const auto journal = third.open();
    ASSERT_TRUE(journal) << "seed " << seed << journal.error().text();
    const auto found = texts_of(journal->records());
    for (const auto* writer : {&ana, &bob}) {
      for (const auto& [position, text] : writer->acknowledged) {
        ASSERT_LE(position, found.size()) << "seed " << seed;
        EXPECT_EQ(found[position - 1], text) << "seed " << seed;
      }
      acknowledged += writer->acknowledged.size();
    }
  }
  EXPECT_GT(acknowledged, 200u);
}

}  // namespace
}  // namespace lifeboat::aws_world
