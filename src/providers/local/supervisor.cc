#include "providers/local/supervisor.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "providers/local/scope_processes.h"
#include "system/files.h"
#include "system/process.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr Milliseconds backoff_first{100};
constexpr Milliseconds backoff_max{5000};
constexpr auto healthy_life = std::chrono::seconds(30);

/// Changes when the program, its arguments, environment or folder do; an adopted process must have been started from
/// the same.
std::string fingerprint(const ProcessSpec& spec) {
  std::string text = spec.working_directory.string();
  for (const auto& argument : spec.argv) text += '\n' + argument;
  for (const auto& [name, value] : spec.environment) text += '\n' + name + '=' + value;
  return fmt::format("{:016x}", std::hash<std::string>{}(text));
}

struct Entry {
  ProcessSpec spec;
  std::optional<system::ProcessHandle> handle;
  std::uint64_t starts = 0;
  std::string last_exit;
  Milliseconds backoff{0};
  SteadyTime started_at;
  std::optional<SteadyTime> restart_at;
  bool wanted = true;
};

std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("status {}", WEXITSTATUS(status));
}

}  // namespace

class Supervisor::Impl {
 public:
  explicit Impl(std::filesystem::path scope_root)
      : root_(std::move(scope_root)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    watcher_ = std::thread([this] { watch(); });
  }

  ~Impl() {
    stopping_ = true;
    poke();
    watcher_.join();
  }

  base::Result<pid_t> ensure(const ProcessSpec& spec) {
    const std::scoped_lock lock(mutex_);
    auto& entry = entries_[spec.name];
    const bool same = fingerprint(entry.spec) == fingerprint(spec);
    entry.spec = spec;
    entry.wanted = true;
    if (!entry.handle) adopt(entry);
    if (entry.handle && !entry.handle->has_ended()) {
      if (same || adopted_fingerprint(spec.name) == fingerprint(spec)) return entry.handle->identity().pid;
      end(entry, spec.stop_signal, spec.stop_timeout);
    }
    entry.backoff = Milliseconds{0};
    return start(entry);
  }

  base::Status stop(const std::string& name, std::optional<int> signal, std::optional<Milliseconds> timeout) {
    std::unique_lock lock(mutex_);
    auto& entry = entries_[name];
    entry.spec.name = name;
    entry.wanted = false;
    entry.restart_at.reset();
    if (!entry.handle) adopt(entry);
    auto handle = std::exchange(entry.handle, std::nullopt);
    const int with = signal.value_or(entry.spec.stop_signal);
    const auto limit = timeout.value_or(entry.spec.stop_timeout);
    lock.unlock();  // Others must not wait for a slow end.
    if (!handle) return {};
    end_asset(root_, name, *handle, with, limit);
    lock.lock();
    entry.last_exit = reap(*handle);
    std::error_code ignored;
    if (!entry.handle) std::filesystem::remove(identity_file(name), ignored);
    return {};
  }

  base::Status signal(const std::string& name, int number) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(name);
    if (found == entries_.end() || !found->second.handle || !found->second.handle->signal(number)) {
      return base::fail(ErrorCode::process_failed, name + " does not run");
    }
    return {};
  }

  std::optional<ProcessStatus> status(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(name);
    if (found == entries_.end()) return std::nullopt;
    const auto& entry = found->second;
    const bool running = entry.handle && !entry.handle->has_ended();
    return ProcessStatus{running ? entry.handle->identity().pid : 0, entry.starts, entry.last_exit};
  }

 private:
  std::filesystem::path identity_file(const std::string& name) const { return root_ / name / "process.json"; }

  std::string adopted_fingerprint(const std::string& name) const {
    const auto text = system::read_file(identity_file(name));
    if (!text) return "";
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    return json.is_object() ? json.value("spec", "") : "";
  }

  /// Takes over what a predecessor started. A process that it started and had no time to write down is found by its
  /// mark.
  void adopt(Entry& entry) {
    if (const auto identity = read_identity(identity_file(entry.spec.name))) {
      entry.handle = system::ProcessHandle::open(*identity);
      if (entry.handle) return;
    }
    kill_all(asset_processes(root_, entry.spec.name), Milliseconds{1000});
  }

  base::Result<pid_t> start(Entry& entry) {
    const auto& spec = entry.spec;
    auto environment = system::basic_environment();
    for (const auto& [name, value] : spec.environment) environment[name] = value;
    environment["LIFEBOAT_SCOPE"] = root_.string();
    environment["LIFEBOAT_ASSET"] = spec.name;
    for (const auto& folder : {root_ / spec.name, spec.log_file.parent_path()}) {
      if (auto made = system::make_folder(folder); !made) return std::unexpected(made.error());
    }
    const auto identity = system::spawn({spec.argv, environment, spec.working_directory, spec.log_file});
    if (!identity) {
      schedule(entry);
      return std::unexpected(identity.error());
    }
    auto written = write_identity(identity_file(spec.name), *identity, fingerprint(spec));
    entry.handle = system::ProcessHandle::open(*identity);
    entry.starts += 1;
    entry.started_at = std::chrono::steady_clock::now();
    entry.restart_at.reset();
    poke();
    if (!written) return std::unexpected(written.error());
    return identity->pid;
  }

  void end(Entry& entry, int signal, Milliseconds timeout) {
    end_asset(root_, entry.spec.name, *entry.handle, signal, timeout);
    entry.last_exit = reap(*entry.handle);
    entry.handle.reset();
  }

  static std::string reap(const system::ProcessHandle& handle) {
    int status = 0;
    const pid_t pid = handle.identity().pid;
    return ::waitpid(pid, &status, WNOHANG) == pid ? describe_exit(status) : "ended";
  }

  void schedule(Entry& entry) {
    if (!entry.wanted || !entry.spec.restart) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - entry.started_at > healthy_life) entry.backoff = Milliseconds{0};
    entry.restart_at = now + entry.backoff;
    entry.backoff = std::clamp(entry.backoff * 2, backoff_first, backoff_max);
  }

  void watch() {
    while (!stopping_) {
      std::vector<pollfd> waits{{wake_.get(), POLLIN, 0}};
      const auto timeout = prepare(waits);
      ::poll(waits.data(), waits.size(), timeout);
      std::uint64_t drained = 0;
      [[maybe_unused]] const auto count = ::read(wake_.get(), &drained, sizeof drained);
      if (!stopping_) look();
    }
  }

  /// Fills in what to wait for; returns for how long, in milliseconds.
  int prepare(std::vector<pollfd>& waits) {
    const std::scoped_lock lock(mutex_);
    auto next = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (const auto& [name, entry] : entries_) {
      if (entry.handle) waits.push_back({entry.handle->descriptor(), POLLIN, 0});
      if (entry.restart_at) next = std::min(next, *entry.restart_at);
    }
    const auto left = std::chrono::ceil<Milliseconds>(next - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }

  void look() {
    const std::scoped_lock lock(mutex_);
    for (auto& [name, entry] : entries_) {
      if (entry.handle && entry.handle->has_ended()) {
        entry.last_exit = reap(*entry.handle);
        entry.handle.reset();
        schedule(entry);
      }
      if (entry.restart_at && *entry.restart_at <= std::chrono::steady_clock::now()) {
        entry.restart_at.reset();
        [[maybe_unused]] const auto started = start(entry);  // A failure has scheduled the next try.
      }
    }
  }

  void poke() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }

  std::filesystem::path root_;
  system::Descriptor wake_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::atomic<bool> stopping_{false};
  std::thread watcher_;
};

Supervisor::Supervisor(std::filesystem::path scope_root) : impl_(std::make_unique<Impl>(std::move(scope_root))) {}
Supervisor::~Supervisor() = default;

base::Result<pid_t> Supervisor::ensure(const ProcessSpec& spec) {
  return impl_->ensure(spec);
}
base::Status Supervisor::stop(const std::string& name) {
  return impl_->stop(name, std::nullopt, std::nullopt);
}
base::Status Supervisor::stop(const std::string& name, int signal, base::Milliseconds timeout) {
  return impl_->stop(name, signal, timeout);
}
base::Status Supervisor::signal(const std::string& name, int signal) {
  return impl_->signal(name, signal);
}
std::optional<ProcessStatus> Supervisor::status(const std::string& name) const {
  return impl_->status(name);
}

}  // namespace lifeboat::local
