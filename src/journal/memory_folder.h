#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/log_parts.h"
#include "ports/log_folder.h"

namespace lifeboat::journal {

/// A log folder's files in memory, as a disk keeps them: what was not synced may be gone after a crash.
struct MemoryDisk {
  struct File {
    std::string written;  ///< As it reads now.
    std::size_t synced_bytes = 0;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  Names names;  ///< As they read now.
  Names synced_names;
  bool full = false;                   ///< Appending fails with disk_full.
  std::function<bool()> cut_off = {};  ///< Asked before each change; once it says true, changes fail.

  MemoryDisk() = default;
  MemoryDisk(MemoryDisk&&) = default;
  MemoryDisk& operator=(MemoryDisk&&) = default;
  /// A disk that holds the bytes as the current file.
  explicit MemoryDisk(std::string bytes) { put(current_name, std::move(bytes)); }

  void put(std::string_view name, std::string bytes) {
    const auto size = bytes.size();
    synced_names[std::string(name)] = names[std::string(name)] =
        std::make_shared<File>(File{.written = std::move(bytes), .synced_bytes = size});
  }
  /// The file with this name, made where there is none.
  File& file(std::string_view name = current_name) {
    auto& file = names[std::string(name)];
    if (!file) file = std::make_shared<File>();
    return *file;
  }
  /// A loss of power that keeps `kept` bytes of what was written to each file and not synced, and the names that were
  /// synced, or also those that were not.
  void crash(std::size_t kept = 0, bool keep_names = false) {
    if (!keep_names) names = synced_names;
    for (auto& [name, file] : names) file->written.resize(std::min(file->written.size(), file->synced_bytes + kept));
    synced_names = names;
  }
  /// Another disk with the same files.
  MemoryDisk copy() const {
    MemoryDisk copy;
    for (const auto& [name, file] : names) copy.put(name, file->written);
    return copy;
  }
};

/// A log folder on a MemoryDisk, which must outlive it. For tests, simulations and whoever only looks at a copy.
class MemoryFolder : public ports::LogFolder {
 public:
  explicit MemoryFolder(MemoryDisk& disk) : disk_(disk) {}

  base::Result<std::vector<std::string>> names() override {
    std::vector<std::string> names;
    for (const auto& [name, file] : disk_.names) names.push_back(name);
    return names;
  }
  base::Result<std::string> read(const std::string& name) override {
    if (!disk_.names.contains(name)) return base::fail(base::ErrorCode::file_missing, name + " is missing");
    return disk_.file(name).written;
  }
  base::Status append(const std::string& name, std::string_view bytes) override {
    if (disk_.full) return base::fail(base::ErrorCode::disk_full, "cannot write: the memory disk is full");
    return change([&] { disk_.file(name).written += bytes; });
  }
  base::Status sync(const std::string& name) override {
    return change([&] { disk_.file(name).synced_bytes = disk_.file(name).written.size(); });
  }
  base::Status truncate(const std::string& name, std::uint64_t size_bytes) override {
    return change([&] {
      disk_.file(name).written.resize(size_bytes);
      disk_.file(name).synced_bytes = size_bytes;
    });
  }
  base::Status rename(const std::string& from, const std::string& to) override {
    return change([&] {
      disk_.names[to] = disk_.names.at(from);
      disk_.names.erase(from);
    });
  }
  base::Status sync_names() override {
    return change([&] { disk_.synced_names = disk_.names; });
  }
  std::string path(const std::string& name) const override { return name; }

 private:
  template <class Change>
  base::Status change(Change&& change) {
    if (disk_.cut_off && disk_.cut_off()) return base::fail(base::ErrorCode::io_failed, "the power is off");
    change();
    return {};
  }

  MemoryDisk& disk_;
};

}  // namespace lifeboat::journal
