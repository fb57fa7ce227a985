#include "cli/kubectl.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>
#include <utility>

#include "cli/child_command.h"
#include "cli/read_file.h"
#include "cli/scratch_folder.h"
#include "providers/local/programs.h"
#include "system/process.h"

namespace lifeboat::cli {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [text](std::string_view word) { return text.find(word) != text.npos; });
}

/// "E1123 20:45:17.837359 16844 memcache.go:265] …": kubectl's own log, which says the complaint several times over.
bool is_log(const std::string& line) {
  return line.size() > 5 && std::string_view("IWEF").contains(line[0]) && line[5] == ' ' &&
         std::all_of(line.begin() + 1, line.begin() + 5, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// What was said beside what went well, on one line, as much of it as a person reads.
std::string complaint(const std::string& printed) {
  constexpr std::size_t most = 600;
  std::string said;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !is_log(line) && !line.ends_with(" serverside-applied"))
      said += (said.empty() ? "" : "; ") + line;
  }
  return said.size() <= most ? said : said.substr(0, std::min(said.rfind(' ', most), most)) + " …";
}

std::string try_it(const std::string& context) {
  return context.empty() ? "" : fmt::format("Try: kubectl --context={} get nodes", context);
}

/// False when it had to be ended.
bool ends_within(const system::ProcessIdentity& identity, base::Milliseconds limit, int& status) {
  const auto handle = system::ProcessHandle::open(identity);
  const bool ended = !handle || handle->wait_ended(limit);
  // It leads a session of its own, and is not reaped yet: nobody else is hit.
  if (!ended) ::kill(-identity.pid, SIGKILL);
  ::waitpid(identity.pid, &status, 0);
  return ended;
}

}  // namespace

base::Result<Kubectl> Kubectl::find() {
  auto program = local::find_program("kubectl");
  if (!program.empty()) return Kubectl(std::move(program));
  return base::fail(
      ErrorCode::program_missing, "not found: kubectl, which applies manifests to clusters",
      "Install kubectl 1.27 or newer from https://kubernetes.io/docs/tasks/tools; Debian 12's own is too old.");
}

base::Result<KubectlAnswer> Kubectl::ask(const std::string& context, const std::vector<std::string>& arguments,
                                         base::Milliseconds limit) const {
  const ScratchFolder scratch;
  if (scratch.path().empty()) return base::fail(ErrorCode::io_failed, "no folder for temporary files can be made");
  system::SpawnRequest request;
  request.argv = {program_.string()};
  if (!context.empty()) request.argv.push_back("--context=" + context);
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  request.environment = own_environment();
  std::error_code none;
  request.working_directory = fs::current_path(none);  // KUBECONFIG may be relative.
  request.output = scratch.path() / "output";
  const auto process = system::spawn(request);
  if (!process) return std::unexpected(process.error());
  int status = 0;
  const bool ended = ends_within(*process, limit, status);
  if (!ended) {
    return base::fail(ErrorCode::cluster_unreachable,
                      fmt::format("the cluster of the context '{}' did not answer within {} s", context,
                                  std::chrono::ceil<std::chrono::seconds>(limit).count()),
                      try_it(context));
  }
  constexpr int signalled = 128;
  return KubectlAnswer{WIFEXITED(status) ? WEXITSTATUS(status) : signalled, read_file(request.output).value_or("")};
}

base::Result<std::string> Kubectl::run(const std::string& context, const std::vector<std::string>& arguments,
                                       base::Milliseconds limit) const {
  auto answer = ask(context, arguments, limit);
  if (!answer) return std::unexpected(answer.error());
  if (answer->exit_code != 0) return std::unexpected(kubectl_error(context, answer->printed));
  return std::move(answer->printed);
}

base::Error kubectl_error(const std::string& context, const std::string& printed) {
  const auto said = complaint(printed);
  if (contains_any(said, {"does not exist", "no context exists"}) && contains_any(said, {"context"})) {
    return {ErrorCode::cluster_unreachable, fmt::format("kubectl has no context '{}'", context),
            "'kubectl config get-contexts' lists them; for EKS, 'aws eks update-kubeconfig --alias NAME' makes one."};
  }
  if (contains_any(said, {"Apply failed with", "conflict with \""})) {
    return {ErrorCode::cluster_conflict,
            fmt::format("{}: somebody else has set what Lifeboat would set: {}", context, said),
            "Nothing of theirs was changed. Undo it there, or make it Lifeboat's: kubectl apply --server-side "
            "--field-manager=lifeboat --force-conflicts with the output of 'lifeboat kubernetes'."};
  }
  if (contains_any(said, {"orbidden", "nauthorized", "must be logged in"})) {
    return {ErrorCode::permission_denied, fmt::format("{}: {}", context, said),
            "docs/kubernetes.md lists the rights that the context's user needs."};
  }
  if (contains_any(said, {"nable to connect", "was refused", "connection refused", "i/o timeout", "no such host",
                          "no route to host", "deadline exceeded", "imeout"})) {
    return {ErrorCode::cluster_unreachable, fmt::format("{}: {}", context, said), try_it(context)};
  }
  return {ErrorCode::cluster_failed, fmt::format("{}: kubectl says: {}", context, said), try_it(context)};
}

}  // namespace lifeboat::cli
