#pragma once

#include <string>

#include "base/error.h"
#include "base/units.h"
#include "system/descriptor.h"

namespace lifeboat::local {

/// Whose a block of addresses is. A claim is an abstract socket that lives with its holder: it leaves no file, and goes
/// with the process, however that ends.

/// Claims "127.10." for as long as the result lives. Errors: port_taken when another stack has it.
base::Result<system::Descriptor> claim_addresses(const std::string& address_prefix);

/// Whether somebody claims the addresses now. Asks without claiming: who wants them at this moment gets them.
bool addresses_are_claimed(const std::string& address_prefix);

/// The right to choose addresses on this machine: one at a time, or two that choose at once choose the same. Waits for
/// it; errors: lock_held.
base::Result<system::Descriptor> take_address_choice(base::Milliseconds patience);

}  // namespace lifeboat::local
