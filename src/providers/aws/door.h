#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "aws/secret.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::aws_world {

/// The front door as clients see it: names asked of name servers, requests to load balancers. Callable from any thread.
class Door {
 public:
  virtual ~Door() = default;

  struct NameAnswer {
    std::string server;  ///< Who answered, as "ns-1.awsdns-01.org" or "127.0.0.1:5353".
    std::string target;  ///< What the front door's record points at, without a dot at the end; empty: no such record.
    std::int64_t ttl_s = 0;
  };
  /// Asks each of the zone's name servers for the record of this name, at the server itself and without a resolver's
  /// memory. Those that did not answer in time are missing; dns_failed when none answered.
  virtual base::Result<std::vector<NameAnswer>> ask_name_servers(const std::vector<std::string>& servers,
                                                                 const std::string& name, base::Milliseconds limit) = 0;
  /// How many are asked for these: another number where others stand in for the zone's.
  virtual std::size_t count_asked(const std::vector<std::string>& servers) const { return servers.size(); }

  struct Reply {
    int status = 0;
    std::string served_by;  ///< The answer's X-Served-By: "us-east-2/web-1"; empty when it has none.
    std::string body;
  };
  /// What is asked of a load balancer.
  struct Question {
    std::string method = "GET";
    std::string target = "/";  ///< Path and query.
    std::string body = {};     ///< JSON; empty: none.
    aws::Secret token = {};    ///< A bearer's; empty: none. In no message.
  };
  /// One request to a load balancer by its own name, as a client of the front door would send it; never sent twice.
  /// http_failed or http_timeout when there is no answer, dns_failed when the name has no address.
  virtual base::Result<Reply> ask(const std::string& load_balancer_name, const Question& question,
                                  base::Milliseconds limit) = 0;
};

}  // namespace lifeboat::aws_world
