#pragma once

namespace lifeboat::ports {

/// Where chance comes from that only spreads load; secrets need another source. Callable from any thread.
class Chance {
 public:
  virtual ~Chance() = default;
  /// Evenly from [0, 1).
  virtual double fraction() = 0;
};

}  // namespace lifeboat::ports
