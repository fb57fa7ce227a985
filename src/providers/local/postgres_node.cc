#include "providers/local/postgres_node.h"

#include <fmt/format.h>

#include <csignal>

#include "providers/local/postgres_files.h"
#include "providers/local/postgres_process.h"
#include "providers/local/postgres_program.h"

namespace lifeboat::local {

namespace fs = std::filesystem;
using base::ErrorCode;

PostgresNode::PostgresNode(const RegionContext& context, const Placement& placement)
    : context_(context), placement_(placement), paths_{context.paths.asset(placement.name)} {}

std::string PostgresNode::application_name_of(const std::string& node) const {
  return fmt::format("{}/{}", context_.region.name.value, node);
}

std::string PostgresNode::cluster_name() const {
  return fmt::format("{}/{}/{}", context_.stack.name, context_.region.name.value, name());
}

bool PostgresNode::installed() const {
  return fs::exists(paths_.data() / "PG_VERSION") && !fs::exists(paths_.rewinding());
}

bool PostgresNode::is_standby() const {
  return fs::exists(paths_.standby_signal());
}

pid_t PostgresNode::pid() const {
  return postmaster_of(paths_.data());
}

std::string PostgresNode::followed() const {
  return read_text_file(paths_.upstream()).value_or("");
}

PostgresTarget PostgresNode::target(const Endpoint& endpoint, const std::string& database) const {
  return {endpoint.address, endpoint.port, admin_role, context_.secrets.database_admin, database};
}

base::Result<PostgresClient> PostgresNode::connect(base::Milliseconds timeout, const std::string& database) const {
  return PostgresClient::connect(target(placement_.endpoint, database), timeout);
}

base::Result<fs::path> PostgresNode::pass_file() const {
  const auto folder = context_.paths.root / "secrets";
  const auto file = folder / "replication.pgpass";
  if (auto made = make_private_folder(folder); !made) return std::unexpected(made.error());
  const auto content = pass_file_line(replication_role, context_.secrets.database_replication);
  if (read_text_file(file).value_or("") == content) return file;
  if (auto written = write_file(file, content); !written) return std::unexpected(written.error());
  return file;
}

base::Status PostgresNode::write_configuration() const {
  if (auto made = make_private_folder(paths_.root); !made) return made;
  const auto configuration = server_configuration(paths_, placement_.endpoint, cluster_name(),
                                                  {context_.programs.lease_extension, context_.paths.lease()});
  if (auto done = write_file(paths_.server_config(), configuration); !done) return done;
  if (auto done = write_file(paths_.access_config(), access_configuration()); !done) return done;
  if (auto done = write_file(paths_.ident_config(), ""); !done) return done;
  // What came with the data from another node must not override ours.
  return write_file(paths_.data() / "postgresql.auto.conf", "");
}

base::Status PostgresNode::write_replication() const {
  const auto secret = pass_file();
  if (!secret) return std::unexpected(secret.error());
  const auto conninfo = upstream_.hosts.empty() ? ""
                                                : replication_conninfo(upstream_, application_name(), *secret,
                                                                       context_.stack.database.name);
  return write_file(paths_.replication_config(), replication_configuration(conninfo, confirming_));
}

base::Status PostgresNode::reload() const {
  signal_postmaster(paths_.data(), SIGHUP);  // A server that does not run reads the files when it starts.
  return {};
}

base::Status PostgresNode::prepare_building(const Deadline& deadline) const {
  // A program of a predecessor that was killed could still be writing there.
  if (auto ended = end_processes_in(paths_.building(), deadline); !ended) return std::unexpected(ended.error());
  remove_leftovers(paths_.building());
  if (auto removed = remove_tree(paths_.building()); !removed) return removed;
  return make_private_folder(paths_.building());
}

base::Status PostgresNode::finish_building() const {
  for (const auto* file : {"postgresql.conf", "pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf"}) {
    if (auto done = write_file(paths_.building() / file, ""); !done) return done;
  }
  if (auto synced = sync_file_system(paths_.building()); !synced) return synced;
  remove_leftovers(paths_.data());
  if (auto removed = remove_tree(paths_.data()); !removed) return removed;
  std::error_code ignored;
  if (auto renamed = rename_durably(paths_.building(), paths_.data()); !renamed) return renamed;
  fs::remove(paths_.rewinding(), ignored);
  return {};
}

base::Status PostgresNode::initialise(const Deadline& deadline) {
  if (auto made = make_private_folder(paths_.root); !made) return made;
  if (auto prepared = prepare_building(deadline); !prepared) return prepared;
  const auto folder = context_.paths.root / "secrets";
  if (auto made = make_private_folder(folder); !made) return made;
  const auto password = folder / "admin.password";
  if (auto done = write_file(password, context_.secrets.database_admin + "\n"); !done) return done;
  const auto made = run_program({.argv = {program("initdb"), "-D", paths_.building(), "-U", admin_role,
                                          "--pwfile=" + password.string(), "-A", "scram-sha-256", "--data-checksums",
                                          "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"},
                                 .working_directory = paths_.building(),
                                 .environment = {}},
                                deadline, {});
  std::error_code ignored;
  fs::remove(password, ignored);
  if (!made) return std::unexpected(made.error());
  return finish_building();
}

base::Status PostgresNode::copy_from(const Endpoint& source, const Deadline& deadline, const std::stop_token& stop) {
  if (auto made = make_private_folder(paths_.root); !made) return made;
  if (auto prepared = prepare_building(deadline); !prepared) return prepared;
  const auto secret = pass_file();
  if (!secret) return std::unexpected(secret.error());
  const auto conninfo =
      replication_conninfo({{source}, false}, application_name() + "-copy", *secret, context_.stack.database.name);
  const auto copied = run_program({.argv = {program("pg_basebackup"), "-D", paths_.building(), "-d", conninfo, "-X",
                                            "stream", "-c", "fast", "--no-sync", "--no-manifest", "-w"},
                                   .working_directory = paths_.building(),
                                   .environment = {}},
                                  deadline, stop);
  if (!copied) return std::unexpected(copied.error());
  if (auto marked = write_file(paths_.building() / "standby.signal", ""); !marked) return marked;
  return finish_building();
}

base::Status PostgresNode::rewind_to(const Endpoint& source, const Deadline& deadline, const std::stop_token& stop) {
  const auto secret = pass_file();
  if (!secret) return std::unexpected(secret.error());
  if (auto configured = write_configuration(); !configured) return configured;
  auto conninfo = replication_conninfo({{source}, false}, application_name() + "-rewind", *secret, "postgres");
  if (auto marked = write_file_durably(paths_.rewinding(), ""); !marked) return marked;
  std::error_code ignored;
  fs::remove(paths_.standby_signal(), ignored);  // pg_rewind may have to recover it alone, which a standby cannot.
  const auto rewound = run_program({.argv = {program("pg_rewind"), "-D", paths_.data(), "--source-server=" + conninfo,
                                             "--config-file=" + paths_.server_config().string(), "-P"},
                                    .working_directory = paths_.data(),
                                    .environment = {}},
                                   deadline, stop);
  if (!rewound) return std::unexpected(rewound.error());
  if (auto done = become_standby(); !done) return done;
  fs::remove(paths_.rewinding(), ignored);
  return sync_folder(paths_.root);
}

base::Status PostgresNode::become_standby() {
  if (auto done = write_file(paths_.data() / "postgresql.auto.conf", ""); !done) return done;
  return write_file_durably(paths_.standby_signal(), "");
}

base::Status PostgresNode::follow(const Upstream& upstream, const std::string& followed_node) {
  upstream_ = upstream;
  confirming_.clear();
  if (auto written = write_file(paths_.upstream(), followed_node); !written) return written;
  if (auto written = write_replication(); !written) return written;
  return reload();
}

base::Status PostgresNode::require_confirmation(const std::vector<std::string>& application_names) {
  confirming_ = application_names;
  if (auto written = write_replication(); !written) return written;
  return reload();
}

ProcessSpec PostgresNode::process() const {
  return {.name = name(),
          .argv = {program("postgres"), "-D", paths_.data(), "-c", "config_file=" + paths_.server_config().string()},
          .environment = {},
          .working_directory = paths_.root,
          .log_file = context_.paths.log(name()),
          .stop_signal = SIGINT,
          .stop_timeout = base::Milliseconds{5000},
          .restart = false};  // Whether a node may start is decided above, each time.
}

base::Status PostgresNode::clear_for_start() const {
  const Deadline soon(context_.clock, context_.clock.now() + base::Milliseconds{2000});
  if (auto ended = end_processes_in(paths_.data(), soon); !ended) return std::unexpected(ended.error());
  remove_leftovers(paths_.data());
  return write_configuration();
}

base::Result<pid_t> PostgresNode::start() {
  const Deadline soon(context_.clock, context_.clock.now() + base::Milliseconds{5000});
  for (;;) {
    if (pid() == 0) {
      if (auto clear = clear_for_start(); !clear) return std::unexpected(clear.error());
    }
    const auto started = context_.supervisor.ensure(process());
    if (!started) return started;
    // The supervisor ends a server that it cannot know for its own. Until that one is reaped its lock file keeps the
    // new one from starting; so a server that ends at once is started again.
    const auto running = [&] { return context_.supervisor.status(name()).value_or(ProcessStatus{}).pid == *started; };
    const bool settled = wait_for(soon, base::Milliseconds{2}, [&] { return pid() == *started || !running(); });
    if (settled && running()) return started;
    if (soon.passed()) {
      return base::fail(ErrorCode::process_failed,
                        fmt::format("{}: its server ends as soon as it is started", application_name()));
    }
  }
}

base::Status PostgresNode::kill(const Deadline& deadline) {
  if (auto ended = end_processes_in(paths_.data(), deadline); !ended) return std::unexpected(ended.error());
  if (auto stopped = context_.supervisor.stop(name(), SIGKILL, deadline.remaining()); !stopped) return stopped;
  remove_leftovers(paths_.data());
  return {};
}

}  // namespace lifeboat::local
