#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "load/records.h"

namespace lifeboat::load {

/// Appends records to a file, whole lines at a time. One thread.
class RecordFile {
 public:
  RecordFile() = default;
  ~RecordFile();
  RecordFile(RecordFile&& other) noexcept;
  RecordFile& operator=(RecordFile&& other) noexcept;

  /// Makes the file (mode 0644: the controller reads it for reports) and its folder where they are missing.
  static base::Result<RecordFile> open(const std::filesystem::path& path);

  void add_line(std::string_view line);
  /// Hands everything added so far to the operating system. disk_full or io_failed.
  base::Status flush();

 private:
  int descriptor_ = -1;
  std::string path_;
  std::string pending_;
};

}  // namespace lifeboat::load
