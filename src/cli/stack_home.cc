#include "cli/stack_home.h"

#include <fmt/format.h>

#include "cli/aws_host.h"
#include "cli/read_file.h"

namespace lifeboat::cli {

base::Result<StackHome> open_stack(const GlobalOptions& options, const LocalOnly& local_only) {
  if (const auto chosen = choose(options); chosen && chosen->is_aws()) {
    return base::fail(base::ErrorCode::bad_flag,
                      fmt::format("'{}' runs on AWS: {}", chosen->stack().name, local_only.why_not),
                      std::string(local_only.instead));
  }
  return open_local_stack(options);
}

base::Result<StackHome> open_local_stack(const GlobalOptions& options) {
  const auto name = choose_stack(options);
  if (!name) return std::unexpected(name.error());
  return local::load_stack(options.home, *name);
}

base::Result<ControllerClient> connect(const StackHome& home) {
  auto token = read_file(home.paths.secrets() / "api_token");
  if (!token && token.error().code == base::ErrorCode::permission_denied) {
    return base::fail(token.error().code, token.error().message, "Run this as the user who ran 'lifeboat up'.");
  }
  if (!token) return std::unexpected(token.error());
  while (!token->empty() && std::isspace(static_cast<unsigned char>(token->back()))) token->pop_back();
  return ControllerClient(home.layout.controller.address, home.layout.controller.port, *std::move(token));
}

base::Result<ControllerClient> connect(const GlobalOptions& options, Purpose purpose) {
  if (const auto chosen = choose(options); chosen && chosen->is_aws()) return connect_to_aws(*chosen, purpose);
  const auto home = open_local_stack(options);
  if (!home) return std::unexpected(home.error());
  return connect(*home);
}

}  // namespace lifeboat::cli
