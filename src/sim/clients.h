#pragma once

#include <cstdint>
#include <vector>

#include "sim/checkers.h"
#include "sim/database.h"
#include "sim/ground.h"
#include "sim/network.h"
#include "sim/process.h"

namespace lifeboat::sim {

struct World;

/// Writers at the front door: each resolves the name, keeps the answer for its time to live, writes through the door
/// that it was given, never writes the same thing again, and knows what it was told.
class Clients {
 public:
  explicit Clients(World& world);

  void start();
  /// A single write through the name as it is now; for the controller's marker too.
  void write_through(Region& region, const Endpoint& caller, Time limit, Answer<Ack> done);

  std::uint64_t sent() const { return sent_; }
  std::uint64_t answered() const { return answered_; }
  std::uint64_t failed() const { return failed_; }

 private:
  struct Client {
    Region* door = nullptr;
    Time resolved_at = 0;
  };
  void turn(std::size_t client);
  void resolve(std::size_t client);
  void write(std::size_t client);

  World& world_;
  Ground& ground_;
  Process process_;
  std::vector<Client> clients_;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace lifeboat::sim
