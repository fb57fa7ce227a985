#include "providers/aws/journal_copy.h"

#include <fmt/format.h>

#include <array>
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

CopyCarriers::Copies copies_of(const CopyPorts& ports, const model::Stack& stack, const Names& names) {
  const auto copy = [&](const model::Region& region) {
    return BucketCopy(StateBucket(ports.client, names, region.name), ports.limit, ports.part_bytes);
  };
  return {copy(stack.home), copy(stack.standby)};
}

CopyCarriers::Settings settings_of(const CopyPorts& ports) {
  return {ports.patience, ports.retry_interval, ports.on_notice};
}

/// A journal in one of the places where there can be one.
struct Found {
  std::string place;
  FrameLog log;
  base::Result<bool> is_alone = false;  ///< Whether the bucket may be alone with it; why it could not be read.
};

/// Brings the places together that have a journal of one stack.
class Fetch {
 public:
  Fetch(const CopyPorts& ports, const model::Stack& stack, const Names& names, ports::LogFolder& folder)
      : ports_(ports), copies_(copies_of(ports, stack, names)), folder_(folder) {}

  Status run() {
    own_.place = folder_.path(journal::current_name);
    if (auto read = read_folder(folder_, own_.log); !read) return read;
    read_copies();
    if (auto readable = are_readable(); !readable) return readable;
    if (auto agree = find_newest(); !agree) return agree;
    // Only what both buckets have, or one that says that it is alone with it, nobody takes back.
    if (ports_.fills_copies) {
      const std::array is_behind{!found_[0].is_alone, !found_[1].is_alone};
      CopyCarriers carriers(std::move(copies_), newest_->log, settings_of(ports_), is_behind);
      if (auto carried = carriers.carry(newest_->log.size()); !carried) return carried;
    }
    return fill_folder();
  }

 private:
  void read_copies() {
    std::array<std::future<void>, 2> under_way;
    for (std::size_t index = 0; index < copies_.size(); ++index) {
      auto& found = found_.at(index);
      auto& copy = copies_.at(index);
      found.place = copy.place();
      under_way.at(index) = std::async(std::launch::async, [&] { found.is_alone = copy.read(found.log); });
    }
    for (auto& one : under_way) one.get();
  }

  /// One bucket is enough, but damage in any is said: its bytes may be the newest.
  Status are_readable() {
    std::vector<base::Error> errors;
    for (const auto& found : found_) {
      if (found.is_alone) continue;
      const auto& error = found.is_alone.error();
      const bool is_damaged = error.code == ErrorCode::journal_corrupt || error.code == ErrorCode::journal_version;
      if (is_damaged) return std::unexpected(error);
      errors.push_back(error);
    }
    if (errors.size() < found_.size()) return {};
    auto error = errors.front();
    for (std::size_t next = 1; next < errors.size(); ++next) error.message += "; " + errors[next].message;
    return std::unexpected(std::move(error));
  }

  /// Of two buckets the one with more; where they went different ways, as CopyCarriers says.
  Status find_newest() {
    const auto& [first, second] = found_;
    newest_ = first.is_alone ? &first : &second;
    if (first.is_alone && second.is_alone) {
      const auto continuation = compare(first.log, second.log);
      const bool both_told = *first.is_alone && *second.is_alone;
      if (continuation == Continuation::neither && both_told) return went_different_ways(first, second);
      const bool only_second_told = *second.is_alone && !*first.is_alone;
      const bool takes_second =
          continuation == Continuation::second_goes_on || (continuation == Continuation::neither && only_second_told);
      if (takes_second) newest_ = &second;
    }
    const auto continuation = compare(newest_->log, own_.log);
    if (continuation == Continuation::neither) return went_different_ways(*newest_, own_);
    if (continuation == Continuation::second_goes_on) newest_ = &own_;
    return {};
  }

  static Status went_different_ways(const Found& one, const Found& other) {
    return base::fail(
        ErrorCode::journal_corrupt,
        fmt::format("{} (record {}) and {} (record {}) went different ways: two controllers led at the same time",
                    one.place, one.log.records(), other.place, other.log.records()),
        "Find out which one is right, and put the other aside: move the local folder away, or delete the objects below "
        "journal/ in that bucket.");
  }

  /// The records are appended to the current file, wherever the copies begin a new one.
  Status fill_folder() {
    const auto missing = newest_->log.slice(own_.log.size(), newest_->log.size());
    if (missing.empty()) return {};
    auto parts = journal::read_parts(folder_);
    if (!parts) return std::unexpected(parts.error());
    const auto survey = journal::survey(*parts);
    if (!survey) return std::unexpected(survey.error());
    if (auto finished = journal::finish(folder_, *parts); !finished) return std::unexpected(finished.error());
    const auto size = parts->current ? parts->current->bytes.size() - survey->torn_bytes : 0;
    if (survey->torn_bytes > 0) {
      if (auto cut = folder_.truncate(journal::current_name, size); !cut) return cut;
    }
    const auto begin = size == 0 ? std::string(journal::magic) : std::string();
    if (auto appended = folder_.append(journal::current_name, begin + missing); !appended) return appended;
    if (auto synced = folder_.sync(journal::current_name); !synced) return synced;
    return folder_.sync_names();
  }

  const CopyPorts& ports_;
  CopyCarriers::Copies copies_;
  std::array<Found, 2> found_;
  ports::LogFolder& folder_;
  Found own_;
  const Found* newest_ = nullptr;
};

class CopiedFolder : public ports::LogFolder {
 public:
  CopiedFolder(const CopyPorts& ports, const model::Stack& stack, const Names& names,
               std::unique_ptr<ports::LogFolder> folder)
      : folder_(std::move(folder)), carriers_(copies_of(ports, stack, names), log_, settings_of(ports)) {}

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
