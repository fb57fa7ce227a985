#include "providers/aws/journal_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "journal/frame.h"
#include "journal/log_parts.h"
#include "journal/survey.h"
#include "providers/aws/bucket_copy.h"
#include "providers/aws/copy_carrier.h"
#include "providers/aws/frame_log.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Status;

std::vector<BucketCopy> copies_of(const CopyPorts& ports, const model::Stack& stack, const Names& names) {
  std::vector<BucketCopy> copies;
  for (const auto* region : {&stack.home, &stack.standby}) {
    copies.emplace_back(StateBucket(ports.client, names, region->name), ports.limit, ports.part_bytes);
  }
  return copies;
}

/// A journal in one of the places where there can be one.
struct Found {
  std::string place;
  FrameLog log;
  Status answered{};
};

/// Brings the places together that have a journal of one stack.
class Fetch {
 public:
  Fetch(const CopyPorts& ports, const model::Stack& stack, const Names& names, ports::LogFolder& folder)
      : copies_(copies_of(ports, stack, names)),
        found_(copies_.size()),
        folder_(folder),
        fills_copies_(ports.fills_copies) {}

  Status run() {
    own_.place = folder_.path(journal::current_name);
    if (auto read = read_folder(folder_, own_.log); !read) return read;
    at_each([](BucketCopy& copy, Found& found) { found.answered = copy.read(found.log); });
    if (auto readable = are_readable(); !readable) return readable;
    if (auto agree = find_newest(); !agree) return agree;
    // A writer takes back what another one kept it from writing to both; what both have nobody takes back.
    if (fills_copies_) {
      if (auto filled = fill_copies(); !filled) return filled;
    }
    return fill_folder();
  }

 private:
  template <class Act>
  void at_each(const Act& act) {
    std::vector<std::future<void>> under_way;
    for (std::size_t index = 0; index < copies_.size(); ++index) {
      under_way.push_back(std::async(std::launch::async, [&, index] { act(copies_[index], found_[index]); }));
    }
    for (auto& one : under_way) one.get();
  }

  /// One bucket is enough, but damage in any is said: its bytes may be the newest.
  Status are_readable() {
    std::vector<base::Error> errors;
    for (std::size_t index = 0; index < copies_.size(); ++index) {
      found_[index].place = copies_[index].place();
      const auto& answered = found_[index].answered;
      if (answered) continue;
      const bool is_damaged = answered.error().code == ErrorCode::journal_corrupt;
      if (is_damaged || answered.error().code == ErrorCode::journal_version) return answered;
      errors.push_back(answered.error());
    }
    if (errors.size() < copies_.size()) return {};
    auto error = errors.front();
    for (std::size_t other = 1; other < errors.size(); ++other) error.message += "; " + errors[other].message;
    return std::unexpected(std::move(error));
  }

  Status find_newest() {
    std::vector<const Found*> places{&own_};
    for (const auto& found : found_) {
      if (found.answered) places.push_back(&found);
    }
    newest_ = *std::ranges::max_element(places, {}, [](const Found* found) { return found->log.size(); });
    for (const auto* found : places) {
      if (compare(newest_->log, found->log) != Continuation::neither) continue;
      return base::fail(
          ErrorCode::journal_corrupt,
          fmt::format("{} (record {}) and {} (record {}) went different ways: two controllers led at the same time",
                      newest_->place, newest_->log.records(), found->place, found->log.records()),
          "Compare both with 'lifeboat journal check', keep the one that is right, and put the other aside: move the "
          "local folder away, or delete the objects below journal/ in that bucket.");
    }
    return {};
  }

  /// The records are appended to the current file, wherever the copies begin a new one.
  Status fill_folder() {
    auto parts = journal::read_parts(folder_);
    if (!parts) return std::unexpected(parts.error());
    const auto survey = journal::survey(*parts);
    if (!survey) return std::unexpected(survey.error());
    const auto missing = newest_->log.slice(own_.log.size(), newest_->log.size());
    if (missing.empty()) return {};
    if (auto finished = journal::finish(folder_, *parts); !finished) return std::unexpected(finished.error());
    auto size = parts->current ? parts->current->bytes.size() - survey->torn_bytes : 0;
    if (survey->torn_bytes > 0) {
      if (auto cut = folder_.truncate(journal::current_name, size); !cut) return cut;
    }
    const auto begin = size == 0 ? std::string(journal::magic) : std::string();
    if (auto appended = folder_.append(journal::current_name, begin + missing); !appended) return appended;
    if (auto synced = folder_.sync(journal::current_name); !synced) return synced;
    return folder_.sync_names();
  }

  Status fill_copies() {
    at_each([this](BucketCopy& copy, Found& found) {
      if (found.answered) found.answered = copy.bring_up(newest_->log);
    });
    std::optional<base::Error> failed;
    std::size_t whole = 0;
    for (const auto& [place, log, answered] : found_) {
      if (answered) ++whole;
      if (answered) continue;
      if (answered.error().code == ErrorCode::stale_term) return answered;
      if (!failed || answered.error().code != ErrorCode::region_unreachable) failed = answered.error();
    }
    const bool is_kept = whole > 0 || newest_->log.size() == 0;
    return is_kept ? Status() : std::unexpected(*failed);
  }

  std::vector<BucketCopy> copies_;
  std::vector<Found> found_;
  ports::LogFolder& folder_;
  const bool fills_copies_;
  Found own_;
  const Found* newest_ = nullptr;
};

class CopiedFolder : public ports::LogFolder {
 public:
  CopiedFolder(const CopyPorts& ports, const model::Stack& stack, const Names& names,
               std::unique_ptr<ports::LogFolder> folder)
      : folder_(std::move(folder)),
        carriers_(copies_of(ports, stack, names), log_, {ports.patience, ports.retry_interval, ports.on_notice}) {}

  base::Result<std::vector<std::string>> names() override { return folder_->names(); }

  base::Result<std::string> read(const std::string& name) override {
    auto bytes = folder_->read(name);
    if (name != journal::current_name || waiting_.empty()) return bytes;
    if (!bytes && bytes.error().code != ErrorCode::file_missing) return bytes;
    return bytes.value_or("") + waiting_;
  }

  Status append(const std::string& name, std::string_view bytes) override {
    if (name != journal::current_name) return folder_->append(name, bytes);
    waiting_ += bytes;
    return {};
  }

  Status sync(const std::string& name) override {
    if (name != journal::current_name) return folder_->sync(name);
    if (auto ready = load(); !ready) return ready;
    const auto known = log_.size();
    std::string_view frames = waiting_;
    if (frames.starts_with(journal::magic)) frames.remove_prefix(journal::magic.size());
    const auto problem = log_.append(frames);
    if (problem)
      return base::fail(ErrorCode::journal_corrupt, fmt::format("what is appended is no journal: {}", *problem));
    if (auto carried = carriers_.carry(known); !carried) return carried;
    if (auto written = write_waiting(); !written) return written;
    return folder_->sync(name);
  }

  Status truncate(const std::string& name, std::uint64_t size_bytes) override {
    if (auto written = write_waiting(); !written) return written;
    return folder_->truncate(name, size_bytes);
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (auto written = write_waiting(); !written) return written;
    return folder_->rename(from, to);
  }

  Status sync_names() override { return folder_->sync_names(); }
  std::string path(const std::string& name) const override { return folder_->path(name); }

 private:
  /// Reads what is there already, once: whoever opens a journal has cut its torn tail before its first sync.
  Status load() {
    if (std::exchange(is_loaded_, true)) return {};
    return read_folder(*folder_, log_);
  }

  Status write_waiting() {
    if (waiting_.empty()) return {};
    const auto bytes = std::exchange(waiting_, "");
    return folder_->append(journal::current_name, bytes);
  }

  std::unique_ptr<ports::LogFolder> folder_;
  std::string waiting_;  ///< Appended to the current file, and not yet on the disk: the buckets come first.
  bool is_loaded_ = false;
  FrameLog log_;
  CopyCarriers carriers_;  ///< Last, because its threads read the log.
};

}  // namespace

Status fetch_journal(const CopyPorts& ports, const model::Stack& stack, const Names& names, ports::LogFolder& folder) {
  // A request of somebody who is gone may still have been on its way while the copies were read.
  constexpr int most_rounds = 4;
  for (int round = 1;; ++round) {
    auto fetched = Fetch(ports, stack, names, folder).run();
    const bool has_changed = !fetched && fetched.error().code == ErrorCode::stale_term;
    if (!has_changed || round == most_rounds) return fetched;
  }
}

std::unique_ptr<ports::LogFolder> copied(const CopyPorts& ports, const model::Stack& stack, const Names& names,
                                         std::unique_ptr<ports::LogFolder> folder) {
  return std::make_unique<CopiedFolder>(ports, stack, names, std::move(folder));
}

}  // namespace lifeboat::aws_world
