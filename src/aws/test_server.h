#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "system/descriptor.h"

namespace lifeboat::aws::testing {

/// What the server does with one request.
struct ScriptedReply {
  enum class Act {
    answer,  ///< Sends the bytes and closes the connection.
    hang,    ///< Sends the bytes and then nothing until the client hangs up.
  };
  std::string bytes = {};
  Act act = Act::answer;
};

/// A whole HTTP answer; further header lines end in "\r\n" each.
ScriptedReply reply(int status, const std::string& body, const std::string& headers = "");

/// A server on an address of its own of the loopback that carries out a script, one request after the other; further
/// requests than the script has get an empty answer of status 599. A simulated service: what it says is written here.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<ScriptedReply> script);
  ~ScriptedServer();

  std::string url() const;
  /// The requests so far, headers and body.
  std::vector<std::string> requests() const;

 private:
  void serve();
  void talk(int connection);

  std::vector<ScriptedReply> script_;
  system::Descriptor listener_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::atomic<bool> is_over_ = false;
  std::jthread thread_;
};

}  // namespace lifeboat::aws::testing
