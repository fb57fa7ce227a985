#pragma once

#include "base/error.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// Finds every program that the local world runs: in the folders of LIFEBOAT_PROGRAM_PATH when that is set, else in
/// PATH, the system's sbin folders and PostgreSQL's own, all of them below LIFEBOAT_PACKAGES first when that is set.
/// ErrorCode::program_missing names all that are missing at once, with the packages to install.
base::Result<Programs> find_programs();

/// One program by its name, looked for in the same folders; empty when it is in none.
std::filesystem::path find_program(const std::string& name);

/// Grafana's home for a binary found at `program`: beside its folder or in ../share/grafana, through links; empty when
/// neither holds conf/defaults.ini.
std::filesystem::path grafana_home(const std::filesystem::path& program);

/// The folder of our own binary, where lifeboat-events is looked for too.
std::filesystem::path own_folder();

}  // namespace lifeboat::local
