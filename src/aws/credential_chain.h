#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "aws/credential_link.h"

namespace lifeboat::aws {

/// Looks in one place after the other, keeps what it found, and looks again before that expires: five minutes before,
/// and when that fails, what there is serves until it really has expired. A place that is set up and does not work ends
/// the search: nobody is signed as someone else because of a typing error. Callable from any thread; one of them looks,
/// the others wait for it.
class CredentialChain : public CredentialSource {
 public:
  CredentialChain(std::vector<std::unique_ptr<CredentialLink>> links, const ports::Clock& clock)
      : links_(std::move(links)), clock_(clock) {}

  base::Result<Credentials> credentials() override;
  void forget() override;

 private:
  base::Result<Credentials> look() const;

  std::vector<std::unique_ptr<CredentialLink>> links_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::optional<Credentials> kept_;
};

/// The order of AWS's own development kits: the environment, web identity, the profile, the container's role, the
/// instance's role.
std::vector<std::unique_ptr<CredentialLink>> usual_links(const LinkPorts& ports);

}  // namespace lifeboat::aws
