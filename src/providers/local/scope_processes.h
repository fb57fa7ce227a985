#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "system/process.h"

namespace lifeboat::local {

/// Reads {"pid", "start_time_ticks", "spec"}; nothing when there is no such file or it is damaged.
std::optional<system::ProcessIdentity> read_identity(const std::filesystem::path& file);
base::Status write_identity(const std::filesystem::path& file, const system::ProcessIdentity& identity,
                            const std::string& spec);

/// The living processes of a scope (the dead that wait to be reaped apart), by every mark that a process of a scope
/// bears: it descends from the scope's init, its working directory is below the scope's folder, its environment names
/// the scope, or it listens on the scope's addresses and is ours. The calling process is never among them. An empty
/// prefix leaves the addresses out.
std::vector<system::ProcessIdentity> scope_processes(const std::filesystem::path& scope_root,
                                                     const std::string& address_prefix);

/// The living processes of one asset: working directory below its folder, or named in the environment.
std::vector<system::ProcessIdentity> asset_processes(const std::filesystem::path& scope_root, const std::string& asset);

/// Sends a signal to each that is still the same process; returns how many were reached.
int signal_all(const std::vector<system::ProcessIdentity>& processes, int signal);
/// SIGKILL to each, and waits until they have ended or the limit has passed.
void kill_all(const std::vector<system::ProcessIdentity>& processes, base::Milliseconds limit);

/// Ends an asset's main process with the signal, with SIGKILL after the limit, and then whatever is left of the asset.
void end_asset(const std::filesystem::path& scope_root, const std::string& asset, const system::ProcessHandle& main,
               int signal, base::Milliseconds limit);

}  // namespace lifeboat::local
