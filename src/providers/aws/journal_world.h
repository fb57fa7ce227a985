#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "journal/frame.h"
#include "journal/journal.h"
#include "journal/memory_folder.h"
#include "providers/aws/copy_object.h"
#include "providers/aws/fake_s3.h"
#include "providers/aws/journal_copy.h"

namespace lifeboat::aws_world::testing {

inline engine::Record record(const std::string& text) {
  return engine::Disarmed{text, base::WallTime(base::Milliseconds(1))};
}

/// What records were made from, in order.
inline std::vector<std::string> texts_of(const std::vector<engine::Record>& records) {
  std::vector<std::string> texts;
  for (const auto& one : records) texts.push_back(std::get<engine::Disarmed>(one).sentence);
  return texts;
}

/// An operator's machine: a disk, and a client of its own.
struct Laptop {
  explicit Laptop(aws::Transport& transport) : account(std::make_unique<FakeAccount>(transport)) {}

  CopyPorts ports() {
    CopyPorts ports{account->client};
    // A simulation answers at once; only a machine that has other things to do lets it wait.
    ports.patience = base::Milliseconds(60'000);
    ports.retry_interval = retry_interval;
    ports.part_bytes = part_bytes;
    ports.on_notice = on_notice;
    return ports;
  }
  base::Status fetch() {
    journal::MemoryFolder folder(disk);
    return fetch_journal(ports(), test_stack(), test_names(), folder);
  }
  base::Result<journal::Journal> open() {
    if (auto fetched = fetch(); !fetched) return std::unexpected(fetched.error());
    return open_without_fetching();
  }
  base::Result<journal::Journal> open_without_fetching() {
    return journal::Journal::open(
        copied(ports(), test_stack(), test_names(), std::make_unique<journal::MemoryFolder>(disk)), options);
  }

  journal::MemoryDisk disk;
  std::unique_ptr<FakeAccount> account;
  journal::JournalOptions options{};
  std::size_t part_bytes = 512u << 10;
  base::Milliseconds retry_interval{3'600'000};
  std::function<void(const std::string&)> on_notice{};
};

inline base::Status append(journal::Journal& journal, const std::string& text) {
  const std::vector records{record(text)};
  return journal.append(records);
}

inline const std::string current = "journal/journal.lbj";

/// Two buckets and a laptop.
struct JournalWorld : ::testing::Test {
  JournalWorld() { add_buckets(s3); }

  void fail(const std::string& region, Fault fault) {
    s3.fault = [=](const S3Request& request) { return request.region == region ? fault : Fault::none; };
  }
  void heal() { s3.fault = {}; }
  /// The current object of a region's bucket, as a journal's file.
  std::string file_at(const std::string& region) {
    const auto body = s3.body(bucket_in(region), current);
    return body ? std::string(journal::magic) + copy_from_bytes(*body, "there").value().frames : "";
  }
  CopyState state_at(const std::string& region) {
    return copy_from_bytes(*s3.body(bucket_in(region), current), "there")->state;
  }
  std::vector<std::string> seen_by_another() {
    Laptop other(s3);
    const auto journal = other.open();
    EXPECT_TRUE(journal) << journal.error().text();
    return journal ? texts_of(journal->records()) : std::vector<std::string>{"cannot be opened"};
  }

  FakeS3 s3;
  Laptop laptop{s3};
};

}  // namespace lifeboat::aws_world::testing
