#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "providers/local/deadline.h"

namespace lifeboat::local {

/// The processes of this user, zombies left out, that work in the folder (PostgreSQL's work in their data folder).
std::vector<pid_t> processes_in(const std::filesystem::path& folder);

/// The postmaster that serves the data folder; 0 when none does, whatever a file left behind says.
pid_t postmaster_of(const std::filesystem::path& data);

/// True while the process is alive and works in the folder.
bool works_in(pid_t pid, const std::filesystem::path& folder);

/// True when somebody stopped the process (SIGSTOP): it lives and does nothing.
bool is_suspended(pid_t pid);

/// Sends the signal to the data folder's postmaster; false when there is none.
bool signal_postmaster(const std::filesystem::path& data, int signal);

/// Kills every process that works in the folder, by pidfd, and looks again until none is left. Returns how many there
/// were. Error: wait_expired.
base::Result<std::size_t> end_processes_in(const std::filesystem::path& folder, const Deadline& deadline);

/// Removes what a killed postmaster leaves in the machine: its lock file and its System V shared memory segment. Only
/// for a data folder in which no process works.
void remove_leftovers(const std::filesystem::path& data);

}  // namespace lifeboat::local
