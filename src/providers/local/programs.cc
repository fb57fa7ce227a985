#include "providers/local/programs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <vector>

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> split(const std::string& list) {
  std::vector<fs::path> folders;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, ':');) {
    if (!part.empty()) folders.emplace_back(part);
  }
  return folders;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Where programs are looked for, in order.
std::vector<fs::path> search_path() {
  if (const auto only = variable("LIFEBOAT_PROGRAM_PATH"); !only.empty()) return split(only);
  std::vector<fs::path> folders;
  const fs::path packages = variable("LIFEBOAT_PACKAGES");
  for (const auto* folder : {"usr/bin", "usr/sbin", "usr/lib/postgresql/15/bin"}) {
    if (!packages.empty()) folders.push_back(packages / folder);
  }
  for (auto& folder : split(variable("PATH"))) folders.push_back(std::move(folder));
  for (const auto* folder : {"/usr/bin", "/usr/sbin", "/sbin", "/usr/lib/postgresql/15/bin"})
    folders.emplace_back(folder);
  return folders;
}

/// Looks programs up and remembers what is missing, so that all of it can be told at once.
class Finder {
 public:
  explicit Finder(std::vector<fs::path> folders) : folders_(std::move(folders)) {}

  fs::path find(const std::string& program, const std::string& package) {
    for (const auto& folder : folders_) {
      const auto path = folder / program;
      if (::access(path.c_str(), X_OK) == 0) return path;
    }
    if (!package.empty()) {
      missing_.push_back(program);
      if (std::ranges::find(packages_, package) == packages_.end()) packages_.push_back(package);
    }
    return {};
  }

  base::Status complete() const {
    if (missing_.empty()) return {};
    return base::fail(
        base::ErrorCode::program_missing, fmt::format("not found: {}", fmt::join(missing_, ", ")),
        fmt::format("Install with: apt-get install --no-install-recommends {} (or run ./dev, which does it).",
                    fmt::join(packages_, " ")));
  }

 private:
  std::vector<fs::path> folders_;
  std::vector<std::string> missing_;
  std::vector<std::string> packages_;
};

fs::path first_existing(std::initializer_list<fs::path> candidates) {
  for (const auto& candidate : candidates) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

/// What stands in the path may be a package's wrapper with a configuration of its own; the server itself is in its
/// home.
void find_grafana(Finder& finder, Programs& programs) {
  for (const auto* name : {"grafana", "grafana-server"}) {
    const auto found = finder.find(name, "");
    programs.grafana_home = grafana_home(found);
    if (programs.grafana_home.empty()) continue;
    const auto bin = programs.grafana_home / "bin";
    programs.grafana = first_existing({bin / "grafana", bin / "grafana-server", found});
    return;
  }
}

}  // namespace

fs::path grafana_home(const fs::path& program) {
  if (program.empty()) return {};
  std::error_code none;
  const auto real = fs::canonical(program, none);
  for (const auto& home :
       {real.parent_path().parent_path(), program.parent_path().parent_path() / "share" / "grafana"}) {
    if (fs::exists(home / "conf" / "defaults.ini", none)) return home;
  }
  return {};
}

fs::path own_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

fs::path find_program(const std::string& name) {
  return Finder(search_path()).find(name, "");
}

base::Result<Programs> find_programs() {
  Finder finder(search_path());
  Programs programs;
  programs.postgres_bin = finder.find("pg_rewind", "postgresql-15").parent_path();
  programs.haproxy = finder.find("haproxy", "haproxy");
  programs.pgbouncer = finder.find("pgbouncer", "pgbouncer");
  programs.pdns_server = finder.find("pdns_server", "pdns-server pdns-backend-lmdb");
  programs.pdnsutil = finder.find("pdnsutil", "pdns-server pdns-backend-lmdb");
  programs.prometheus = finder.find("prometheus", "prometheus");
  programs.alertmanager = finder.find("prometheus-alertmanager", "prometheus-alertmanager");
  programs.postgres_exporter = finder.find("prometheus-postgres-exporter", "prometheus-postgres-exporter");
  programs.node_exporter = finder.find("prometheus-node-exporter", "prometheus-node-exporter");
  find_grafana(finder, programs);
  programs.events = first_existing({own_folder() / "lifeboat-events", own_folder() / "../../events/lifeboat-events"});
  if (programs.events.empty()) programs.events = finder.find("lifeboat-events", "lifeboat");
  programs.lease_extension =
      first_existing({own_folder() / "lifeboat_lease.so", own_folder() / "../../pg/lifeboat_lease.so"});
  if (programs.lease_extension.empty()) programs.lease_extension = finder.find("lifeboat_lease.so", "lifeboat");
  const fs::path packages = variable("LIFEBOAT_PACKAGES");
  std::error_code none;
  for (const auto& folder : {packages / "usr/lib/x86_64-linux-gnu/pdns", packages / "usr/lib/aarch64-linux-gnu/pdns"}) {
    if (!packages.empty() && fs::exists(folder, none)) programs.pdns_modules = folder;
  }
  if (auto complete = finder.complete(); !complete) return std::unexpected(complete.error());
  return programs;
}

}  // namespace lifeboat::local
