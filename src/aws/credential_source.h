#pragma once

#include "aws/secret.h"
#include "base/error.h"

namespace lifeboat::aws {

/// Who signs, at the moment of signing. Callable from any thread; may take as long as a call.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// Errors: aws_no_credentials, saying what was tried.
  virtual base::Result<Credentials> credentials() = 0;
  /// A service said that they have expired: the next ones are fetched anew.
  virtual void forget() = 0;
};

/// The same credentials for ever.
class FixedCredentials : public CredentialSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  base::Result<Credentials> credentials() override { return credentials_; }
  void forget() override {}

 private:
  Credentials credentials_;
};

}  // namespace lifeboat::aws
