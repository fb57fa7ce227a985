#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/credential_links.h"
#include "system/files.h"

namespace lifeboat::aws {
namespace {

// They are next door, if they are there at all.
constexpr ExchangeLimits nearby{
    .connect = base::Milliseconds(1000), .whole = base::Milliseconds(3000), .answer_bytes = 1 << 20};

constexpr std::string_view container_endpoint = "http://169.254.170.2";

/// Credentials come in the clear over http: only from this machine or from the link-local addresses of ECS and EKS.
bool may_give_credentials(const Endpoint& endpoint) {
  if (endpoint.scheme == "https") return true;
  auto name = endpoint.host;
  if (!name.ends_with(']') && name.rfind(':') != std::string::npos) name.resize(name.rfind(':'));
  constexpr std::array<std::string_view, 6> allowed{"localhost",      "[::1]",          "169.254.170.2",
                                                    "169.254.170.23", "[fd00:ec2::23]", "127.0.0.1"};
  const bool is_address = std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return std::ranges::find(allowed, name) != allowed.end() || (is_address && name.starts_with("127."));
}

/// The container's token, which its endpoint wants to see; empty when there is none.
std::expected<std::string, Miss> container_token(const Environment& environment) {
  const auto path = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  auto token = path.empty() ? base::Result<std::string>(environment("AWS_CONTAINER_AUTHORIZATION_TOKEN"))
                            : system::read_file(path);
  if (!token) return broken(fmt::format("the token file {} cannot be read: {}", path, token.error().message));
  while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
  if (token->find_first_of("\r\n") != std::string::npos) return broken("the container's token has more than one line");
  return *std::move(token);
}

Request to(const Endpoint& endpoint, std::string method, const std::string& path) {
  return {.method = std::move(method), .scheme = endpoint.scheme, .host = endpoint.host, .path = endpoint.path + path};
}

}  // namespace

Found ContainerLink::look() {
  const auto relative = ports_.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = ports_.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty()) return not_set_up("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set");
  const auto url = relative.empty() ? full : std::string(container_endpoint) + relative;
  const auto endpoint = parse_endpoint(url);
  if (!endpoint) return broken(fmt::format("'{}' is not the URL of a container's role", url));
  if (!may_give_credentials(*endpoint)) {
    return broken(fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI names {}, which is neither https nor this machine",
                              endpoint->host));
  }
  auto request = to(*endpoint, "GET", endpoint->path.empty() ? "/" : "");
  const auto token = container_token(ports_.environment);
  if (!token) return std::unexpected(token.error());
  if (!token->empty()) request.set_header("Authorization", *token);
  const auto answer = ports_.transport.send(request, nearby);
  if (!answer) return broken(answer.error().message);
  if (answer->status != 200) return broken(fmt::format("{} answered {}", endpoint->host, answer->status));
  return credentials_from_json(answer->body, endpoint->host);
}

std::expected<std::string, Miss> InstanceLink::fetch(const Request& request) const {
  const auto answer = ports_.transport.send(request, nearby);
  // Nobody there is the normal case: this is no instance.
  if (!answer) return not_set_up(answer.error().message);
  if (answer->status != 200)
    return not_set_up(fmt::format("{} answered {} to {}", request.host, answer->status, request.path));
  return answer->body;
}

Found InstanceLink::look() {
  if (ports_.environment("AWS_EC2_METADATA_DISABLED") == "true") return not_set_up("AWS_EC2_METADATA_DISABLED is true");
  auto url = ports_.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  const bool is_ipv6 = ports_.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") == "IPv6";
  if (url.empty()) url = is_ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  const auto endpoint = parse_endpoint(url);
  if (!endpoint) return broken(fmt::format("AWS_EC2_METADATA_SERVICE_ENDPOINT '{}' is no URL", url));
  auto session = to(*endpoint, "PUT", "/latest/api/token");
  session.set_header("X-aws-ec2-metadata-token-ttl-seconds", "300");
  const auto token = fetch(session);
  if (!token) return std::unexpected(token.error());
  if (token->find_first_of("\r\n") != std::string::npos)
    return broken("the metadata service's token has more than one line");
  const std::string folder = "/latest/meta-data/iam/security-credentials/";
  auto request = to(*endpoint, "GET", folder);
  request.set_header("X-aws-ec2-metadata-token", *token);
  const auto role = fetch(request);
  if (!role) return std::unexpected(role.error());
  request.path += percent_encode(role->substr(0, role->find('\n')));
  const auto content = fetch(request);
  return content ? credentials_from_json(*content, "the metadata service") : std::unexpected(content.error());
}

}  // namespace lifeboat::aws
