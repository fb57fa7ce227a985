#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "model/observed.h"
#include "ports/clock.h"
#include "providers/local/layout.h"
#include "providers/local/paths.h"
#include "providers/local/supervisor.h"

namespace lifeboat::local {

/// What every asset of a scope, be it a region or what lies outside both, works with. All of it outlives the asset.
struct ScopeParts {
  base::RegionName region;  ///< Empty for what lies outside both.
  ScopePaths paths;
  ports::Clock& clock;
  Supervisor& supervisor;
};

/// A file below the asset's folder, for its owner's eyes only (0600).
struct AssetFile {
  std::string name;
  std::string content;
};

/// How an asset is started.
struct AssetStart {
  std::vector<AssetFile> files = {};
  std::vector<std::string> argv = {};
  std::map<std::string, std::string> environment = {};
  /// Stands for the configuration: a running process that was started with another one is replaced.
  std::string fingerprint = {};
  std::filesystem::path working_directory = {};  ///< Empty: the asset's own folder.
  int stop_signal = SIGTERM;
};

/// The part that all assets share: files, process, health, log. Safe to call from any thread.
class AssetProcess {
 public:
  /// Asks the process whether it serves; must end within the limit.
  using HealthCheck = std::function<base::Status(base::Milliseconds limit)>;

  AssetProcess(ScopeParts parts, Placement placement, model::AssetKind kind, HealthCheck healthy);

  const std::string& name() const { return placement_.name; }
  const Endpoint& endpoint() const { return placement_.endpoint; }
  std::filesystem::path folder() const { return parts_.paths.asset(placement_.name); }
  const ScopeParts& parts() const { return parts_; }

  /// Writes the files that differ, makes the process run from them, and waits until it is healthy.
  base::Status ensure(const AssetStart& start, base::Instant deadline);
  /// The same without the wait: returns when it has been executed.
  base::Status launch(const AssetStart& start);
  /// How often it was started by this agent; for await_health().
  std::uint64_t starts() const;
  /// Waits until what launch() has executed is healthy; `starts_before` is from before that.
  base::Status await_health(std::uint64_t starts_before, base::Instant deadline);
  /// State, address and process; facts and version are the asset's to add when it is ready.
  model::ObservedAsset observe();
  base::Status stop();
  /// 0 when it does not run.
  pid_t pid() const;

 private:
  base::Status write(const std::vector<AssetFile>& files) const;
  base::Error failure(base::ErrorCode code, const std::string& what) const;

  ScopeParts parts_;
  Placement placement_;
  model::AssetKind kind_;
  HealthCheck healthy_;
  std::mutex changing_;
  std::atomic<bool> served_ = false;  ///< It has been healthy since it was last told to run.
};

/// A version that is dear to ask for, and so asked for once for each process. Safe to call from any thread.
class VersionMemory {
 public:
  /// What `ask` said for this process; asked again while that is empty.
  std::string of(pid_t pid, const std::function<std::string()>& ask);

 private:
  std::mutex mutex_;
  pid_t pid_ = 0;
  std::string version_;
};

/// Replaces the file in one step, with mode 0600, without waiting for the disk: for what is of no use after a loss of
/// power, since nothing starts by itself then.
base::Status replace_quickly(const std::filesystem::path& file, const std::string& content);

/// The same, unless the file has this content already.
base::Status write_if_different(const std::filesystem::path& file, const std::string& content);

/// The last lines of a log file, at most about 600 characters, on one line.
std::string log_tail(const std::filesystem::path& file);

/// A health check: GET answers 200.
AssetProcess::HealthCheck answers_http(Endpoint endpoint, std::string path);

}  // namespace lifeboat::local
