#pragma once

#include "base/error.h"
#include "load/records.h"
#include "providers/local/bootstrap.h"
#include "providers/local/secrets.h"

namespace lifeboat::controller {

/// Opens the database of a region of the local world: which of the clients' writes it has. Both references outlive what
/// is returned.
base::Result<load::PresentNames> data_of(const local::InstalledStack& installed, const local::Secrets& secrets,
                                         const base::RegionName& region);

}  // namespace lifeboat::controller
