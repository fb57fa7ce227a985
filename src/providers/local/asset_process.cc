#include "providers/local/asset_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "providers/local/deadline.h"
#include "system/files.h"
#include "system/http_client.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds health_limit{400};
constexpr Milliseconds health_interval{10};
constexpr std::uint64_t starts_max = 3;  // A program that has ended so often at once will not serve the next time.
constexpr std::size_t tail_bytes = 600;

}  // namespace

AssetProcess::AssetProcess(ScopeParts parts, Placement placement, model::AssetKind kind, HealthCheck healthy)
    : parts_(std::move(parts)), placement_(std::move(placement)), kind_(kind), healthy_(std::move(healthy)) {}

base::Status AssetProcess::ensure(const AssetStart& start, base::Instant deadline) {
  const auto before = starts();
  if (auto started = launch(start); !started) return started;
  return await_health(before, deadline);
}

std::uint64_t AssetProcess::starts() const {
  return parts_.supervisor.status(name()).value_or(ProcessStatus{}).starts;
}

base::Status AssetProcess::launch(const AssetStart& start) {
  // Not held while the process comes up, so that whoever must stop it need not wait for that.
  const std::scoped_lock lock(changing_);
  if (auto written = write(start.files); !written) return written;
  ProcessSpec spec;
  spec.name = name();
  spec.argv = start.argv;
  spec.environment = start.environment;
  spec.working_directory = start.working_directory.empty() ? folder() : start.working_directory;
  spec.log_file = parts_.paths.log(name());
  spec.stop_signal = start.stop_signal;
  spec.environment["LIFEBOAT_CONFIGURATION"] = fmt::format("{:016x}", std::hash<std::string>{}(start.fingerprint));
  if (auto pid = parts_.supervisor.ensure(spec); !pid) return std::unexpected(pid.error());
  return {};
}

base::Status AssetProcess::write(const std::vector<AssetFile>& files) const {
  if (auto made = system::make_folder(folder()); !made) return made;
  for (const auto& file : files) {
    if (auto written = write_if_different(folder() / file.name, file.content); !written) return written;
  }
  return {};
}

base::Status AssetProcess::await_health(std::uint64_t starts_before, base::Instant deadline) {
  const Deadline until(parts_.clock, deadline);
  while (true) {
    const auto healthy = healthy_(until.at_most(health_limit));
    if (healthy) {
      served_ = true;
      return {};
    }
    const auto status = parts_.supervisor.status(name());
    if (status && status->starts > starts_before + starts_max) {
      return std::unexpected(failure(
          ErrorCode::process_failed,
          fmt::format("was started {} times and ended with {}", status->starts - starts_before, status->last_exit)));
    }
    if (until.passed()) {
      return std::unexpected(
          failure(ErrorCode::wait_expired, fmt::format("does not serve in time: {}", healthy.error().message)));
    }
    std::this_thread::sleep_for(health_interval);
  }
}

base::Error AssetProcess::failure(ErrorCode code, const std::string& what) const {
  const auto log = parts_.paths.log(name());
  const base::AssetId id{parts_.region, name()};
  return {code, fmt::format("{} at {} {}; its log ends with: {}", id.text(), endpoint().text(), what, log_tail(log)),
          fmt::format("See {}.", log.string())};
}

model::ObservedAsset AssetProcess::observe() {
  model::ObservedAsset seen;
  seen.id = {parts_.region, name()};
  seen.kind = kind_;
  seen.zone = placement_.zone;
  seen.address = endpoint().address;
  seen.port = endpoint().port;
  seen.pid = pid();
  if (seen.pid == 0) {
    std::error_code none;
    const bool made = std::filesystem::exists(folder(), none);
    const auto status = parts_.supervisor.status(name());
    seen.state = made ? model::AssetState::stopped : model::AssetState::absent;
    seen.detail =
        status && !status->last_exit.empty() ? "not running; it ended with " + status->last_exit : "not running";
    return seen;
  }
  if (const auto healthy = healthy_(health_limit); !healthy) {
    seen.state = served_ ? model::AssetState::failing : model::AssetState::starting;
    seen.detail = healthy.error().message;
    return seen;
  }
  served_ = true;
  seen.state = model::AssetState::ready;
  return seen;
}

base::Status AssetProcess::stop() {
  const std::scoped_lock lock(changing_);
  served_ = false;
  return parts_.supervisor.stop(name());
}

pid_t AssetProcess::pid() const {
  const auto status = parts_.supervisor.status(name());
  return status ? status->pid : 0;
}

std::string VersionMemory::of(pid_t pid, const std::function<std::string()>& ask) {
  const std::scoped_lock lock(mutex_);
  if (pid_ != pid || version_.empty()) {
    pid_ = pid;
    version_ = ask();
  }
  return version_;
}

base::Status write_if_different(const std::filesystem::path& file, const std::string& content) {
  if (const auto old = system::read_file(file); old && *old == content) return {};
  return replace_quickly(file, content);
}

base::Status replace_quickly(const std::filesystem::path& file, const std::string& content) {
  const auto failed = [&] {
    return base::fail(errno == ENOSPC ? ErrorCode::disk_full : ErrorCode::io_failed,
                      fmt::format("writing {}: {}", file.string(), std::strerror(errno)));
  };
  auto name = file.string() + ".XXXXXX";
  {
    const system::Descriptor beside(::mkostemp(name.data(), O_CLOEXEC));  // Mode 0600.
    if (!beside) return failed();
    std::string_view left = content;
    while (!left.empty()) {
      const auto count = ::write(beside.get(), left.data(), left.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        auto error = failed();
        ::unlink(name.c_str());
        return error;
      }
      left.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  if (::rename(name.c_str(), file.c_str()) == 0) return {};
  auto error = failed();
  ::unlink(name.c_str());
  return error;
}

std::string log_tail(const std::filesystem::path& file) {
  const auto text = system::read_file(file);
  if (!text || text->empty()) return "(empty)";
  auto tail = text->substr(text->size() - std::min(text->size(), tail_bytes));
  if (tail.size() < text->size()) tail.erase(0, tail.find('\n') + 1);
  while (!tail.empty() && tail.back() == '\n') tail.pop_back();
  std::ranges::replace(tail, '\n', '|');
  return tail;
}

AssetProcess::HealthCheck answers_http(Endpoint endpoint, std::string path) {
  return [endpoint = std::move(endpoint), path = std::move(path)](Milliseconds limit) -> base::Status {
    const auto answer =
        system::http_request({.address = endpoint.address, .port = endpoint.port, .target = path}, limit);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status == 200) return {};
    return base::fail(ErrorCode::http_failed,
                      fmt::format("GET http://{}{}: status {}, expected 200", endpoint.text(), path, answer->status));
  };
}

}  // namespace lifeboat::local
