#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/operation.h"

namespace lifeboat::aws {

/// The value of an environment variable; empty when it is not set, which means the same everywhere here. Callable from
/// any thread.
using Environment = std::function<std::string(const std::string& name)>;

/// Where a service of a region answers.
struct Endpoint {
  std::string scheme = "https";
  std::string host = {};  ///< With a port where it is not the scheme's own.
  std::string path = {};  ///< Goes before every path; empty or "/something".
  std::string signing_region = {};
  bool is_overridden = false;  ///< The environment named it.
};

/// AWS's own host names, unless AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL says otherwise. Errors: bad_flag for a
/// variable that is no URL or a region that is no name.
base::Result<Endpoint> find_endpoint(const Service& service, std::string_view region, const Environment& environment);

/// Scheme, host and path of an http or https URL without user, query and fragment. Errors: bad_flag.
base::Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace lifeboat::aws
