#include "journal/timed_folder.h"

#include <utility>

namespace lifeboat::journal {
namespace {

class TimedFolder : public ports::LogFolder {
 public:
  TimedFolder(std::unique_ptr<ports::LogFolder> folder, const ports::Clock& clock, SyncListener listener)
      : folder_(std::move(folder)), clock_(clock), listener_(std::move(listener)) {}

  base::Result<std::vector<std::string>> names() override { return folder_->names(); }
  base::Result<std::string> read(const std::string& name) override { return folder_->read(name); }
  base::Status append(const std::string& name, std::string_view bytes) override { return folder_->append(name, bytes); }
  base::Status sync(const std::string& name) override {
    const auto began = clock_.now();
    auto synced = folder_->sync(name);
    if (synced) listener_(clock_.now() - began);
    return synced;
  }
  base::Status truncate(const std::string& name, std::uint64_t size_bytes) override {
    return folder_->truncate(name, size_bytes);
  }
  base::Status rename(const std::string& from, const std::string& to) override { return folder_->rename(from, to); }
  base::Status sync_names() override { return folder_->sync_names(); }
  std::string path(const std::string& name) const override { return folder_->path(name); }

 private:
  std::unique_ptr<ports::LogFolder> folder_;
  const ports::Clock& clock_;
  SyncListener listener_;
};

}  // namespace

std::unique_ptr<ports::LogFolder> measure_syncs(std::unique_ptr<ports::LogFolder> folder, const ports::Clock& clock,
                                                SyncListener listener) {
  return std::make_unique<TimedFolder>(std::move(folder), clock, std::move(listener));
}

}  // namespace lifeboat::journal
