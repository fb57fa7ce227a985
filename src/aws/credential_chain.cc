#include "aws/credential_chain.h"

#include <fmt/format.h>

#include "aws/credential_links.h"

namespace lifeboat::aws {
namespace {

constexpr std::chrono::minutes margin{5};

bool last_until(const Credentials& credentials, base::WallTime time) {
  return !credentials.expires_at || *credentials.expires_at > time;
}

}  // namespace

base::Result<Credentials> CredentialChain::credentials() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.wall_now();
  if (kept_ && last_until(*kept_, now + margin)) return *kept_;
  auto found = look();
  if (found) {
    kept_ = *found;
  } else if (kept_ && last_until(*kept_, now)) {
    return *kept_;
  }
  return found;
}

void CredentialChain::forget() {
  const std::lock_guard lock(mutex_);
  kept_.reset();
}

base::Result<Credentials> CredentialChain::look() const {
  std::string tried;
  for (const auto& link : links_) {
    auto found = link->look();
    if (found) return *std::move(found);
    const auto reason = fmt::format("{}: {}", link->name(), found.error().why);
    if (found.error().is_broken)
      return base::fail(base::ErrorCode::aws_no_credentials, "no AWS credentials: " + reason,
                        "Correct what is named, or take its setting away.");
    tried += (tried.empty() ? "" : "; ") + reason;
  }
  return base::fail(base::ErrorCode::aws_no_credentials, fmt::format("no AWS credentials: {}", tried),
                    "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is provided; "
                    "docs/aws.md lists all ways.");
}

std::vector<std::unique_ptr<CredentialLink>> usual_links(const LinkPorts& ports) {
  std::vector<std::unique_ptr<CredentialLink>> links;
  links.push_back(std::make_unique<EnvironmentLink>(ports.environment));
  links.push_back(std::make_unique<WebIdentityLink>(ports));
  links.push_back(std::make_unique<ProfileLink>(ports));
  links.push_back(std::make_unique<ContainerLink>(ports));
  links.push_back(std::make_unique<InstanceLink>(ports));
  return links;
}

}  // namespace lifeboat::aws
