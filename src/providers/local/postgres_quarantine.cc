#include "providers/local/postgres_quarantine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "providers/local/postgres_files.h"
#include "providers/local/postgres_process.h"
#include "providers/local/postgres_program.h"

namespace lifeboat::local {

namespace fs = std::filesystem;
using base::ErrorCode;

Quarantine::Quarantine(const PostgresNode& node, const PostgresTarget& admin, const Deadline& deadline)
    : paths_(node.paths()), admin_(admin), deadline_(deadline), ending_(std::string()) {}

base::Result<std::unique_ptr<Quarantine>> Quarantine::start(const PostgresNode& node, const PostgresTarget& admin,
                                                            const Deadline& deadline) {
  std::unique_ptr<Quarantine> self(new Quarantine(node, admin, deadline));
  const auto folder = node.paths().root / "quarantine";
  const auto config = node.paths().root / "quarantine.conf";
  if (auto made = make_private_folder(folder); !made) return std::unexpected(made.error());
  if (auto done = write_file(config, quarantine_configuration(node.paths(), "quarantine")); !done) {
    return std::unexpected(done.error());
  }
  if (auto done = write_file(node.paths().access_config(), access_configuration()); !done) {
    return std::unexpected(done.error());
  }
  if (auto done = write_file(node.paths().ident_config(), ""); !done) return std::unexpected(done.error());
  remove_leftovers(node.paths().data());
  self->folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const ProgramCall call{
      .argv = {node.program("postgres"), "-D", node.paths().data(), "-c", "config_file=" + config.string()},
      .working_directory = node.paths().data(),
      .environment = {}};
  self->server_ = std::jthread([quarantine = self.get(), call](const std::stop_token& stop) {
    quarantine->ending_ = run_program(call, quarantine->deadline_, stop);
    quarantine->ended_ = true;
  });
  std::string seen;
  const bool ready = wait_for(deadline, base::Milliseconds{10}, [&] {
    if (self->ended_) return true;
    auto client = self->connect("postgres", base::Milliseconds{500});
    if (!client) seen = client.error().message;
    return client.has_value();
  });
  if (ready && !self->ended_) return self;
  self->server_.request_stop();
  self->server_.join();
  const auto reason = self->ending_ ? seen : self->ending_.error().message;
  return base::fail(ErrorCode::postgres_failed,
                    fmt::format("{}: its data could not be started for reading: {}", node.name(), reason));
}

Quarantine::~Quarantine() {
  if (server_.joinable()) {
    signal_postmaster(paths_.data(), SIGINT);
    server_.join();
  }
  if (folder_ >= 0) ::close(folder_);
  std::error_code ignored;
  fs::remove_all(paths_.root / "quarantine", ignored);
  fs::remove(paths_.root / "quarantine.conf", ignored);
}

base::Result<PostgresClient> Quarantine::connect(const std::string& database, base::Milliseconds timeout) const {
  auto target = admin_;
  target.host = fmt::format("/proc/self/fd/{}", folder_);
  target.port = 5432;
  target.database = database;
  return PostgresClient::connect(target, timeout);
}

}  // namespace lifeboat::local
