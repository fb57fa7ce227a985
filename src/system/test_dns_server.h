#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "system/descriptor.h"

namespace lifeboat::system::testing {

/// What the server knows of a name: another name, or an address.
struct TestRecord {
  std::string alias = {};
  std::string address = {};
  std::uint32_t ttl_s = 60;
};

/// A small DNS server over UDP on the loopback, with records that are written here. A name that it does not know does
/// not exist.
class TestDnsServer {
 public:
  explicit TestDnsServer(std::map<std::string, TestRecord> records);
  ~TestDnsServer();

  std::uint16_t port() const { return port_; }
  /// "127.0.0.1:PORT".
  std::string place() const;
  void set(const std::string& name, TestRecord record);
  /// Answers nobody from now on.
  void be_silent() { is_silent_ = true; }
  /// Of each query so far, whether it allowed the server to ask others.
  std::vector<bool> recursion_wanted() const;

 private:
  void serve();
  std::string answer(std::string_view query);

  mutable std::mutex mutex_;
  std::map<std::string, TestRecord> records_;
  std::vector<bool> recursion_wanted_;
  Descriptor socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_silent_ = false;
  std::atomic<bool> is_over_ = false;
  std::jthread thread_;
};

}  // namespace lifeboat::system::testing
