#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/curl_transport.h"
#include "aws/endpoint.h"
#include "model/stack.h"
#include "providers/aws/door.h"

namespace lifeboat::aws_world {

/// What the environment says of the way to the front door.
struct DoorOptions {
  /// "address" or "address:port": in place of the zone's name servers and of the resolver for load balancers' names
  /// (LIFEBOAT_NAME_SERVERS, separated by commas). Empty: those of the zone and of the machine.
  std::vector<std::string> name_servers;
  /// A file of certificate authorities in place of the system's (AWS_CA_BUNDLE); empty: the system's.
  std::string certificates;
};
/// Errors: bad_flag for a list that is none.
base::Result<DoorOptions> door_options(const aws::Environment& environment);

/// The front door over the network: DNS over UDP and TCP, HTTP over libcurl. With certificates in the stack file it is
/// HTTPS: the certificate has to be the front door's, whatever the load balancer's own name is.
class NetworkDoor : public Door {
 public:
  NetworkDoor(const model::Stack& stack, DoorOptions options);

  base::Result<std::vector<NameAnswer>> ask_name_servers(const std::vector<std::string>& servers,
                                                         const std::string& name, base::Milliseconds limit) override;
  std::size_t count_asked(const std::vector<std::string>& servers) const override;
  base::Result<Reply> ask(const std::string& load_balancer_name, const Question& question,
                          base::Milliseconds limit) override;

 private:
  base::Result<NameAnswer> ask_name_server(const std::string& server, const std::string& name,
                                           base::Milliseconds limit) const;
  base::Result<std::vector<std::string>> addresses_of(const std::string& name, base::Milliseconds limit) const;

  model::Dns dns_;
  std::uint16_t port_;
  bool is_encrypted_;
  DoorOptions options_;
  aws::CurlTransport transport_;
};

}  // namespace lifeboat::aws_world
