#pragma once

namespace lifeboat::cli {

/// What a command wants of the controller. A local stack's is the same for both.
enum class Purpose {
  looks,    ///< Changes nothing, anywhere: an aws stack's seat may be somebody else's.
  changes,  ///< An aws stack's seat is taken, and kept for as long as the client lives.
};

}  // namespace lifeboat::cli
