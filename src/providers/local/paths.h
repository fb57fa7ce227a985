#pragma once

#include <filesystem>
#include <string>

#include "base/ids.h"

namespace lifeboat::local {

/// The folder of one scope: a region, or "global" for what lies outside both. The folder is also the mark by which the
/// power switch knows the scope's processes: each of them, a web.command apart, has its working directory below it.
struct ScopePaths {
  std::filesystem::path root;

  std::filesystem::path asset(const std::string& name) const { return root / name; }
  std::filesystem::path log(const std::string& name) const { return root / "logs" / (name + ".log"); }
  std::filesystem::path init_identity() const { return root / "init.json"; }
  std::filesystem::path role() const { return root / "role.json"; }
  std::filesystem::path lease() const { return root / "lease"; }  ///< pg/lease_file.h.
};

/// The folder of one stack below LIFEBOAT_HOME.
struct StackPaths {
  std::filesystem::path root;

  std::filesystem::path stack_file() const { return root / "stack.yaml"; }
  std::filesystem::path slot() const { return root / "slot"; }
  /// Says which folder the stack file was in: there its web.command runs.
  std::filesystem::path stack_folder() const { return root / "stack-folder"; }
  std::filesystem::path secrets() const { return root / "secrets"; }
  std::filesystem::path notification_secrets() const { return secrets() / "notifications"; }
  std::filesystem::path journal() const { return root / "journal"; }
  std::filesystem::path audit_log() const { return root / "audit.log"; }  ///< Who asked the controller for what.
  std::filesystem::path reports() const { return root / "reports"; }
  std::filesystem::path load() const { return root / "load"; }      ///< The load clients' own records.
  std::filesystem::path ledger() const { return root / "ledger"; }  ///< Diverged writes, exported.
  std::filesystem::path bin() const { return root / "bin"; }
  ScopePaths region(const base::RegionName& name) const { return {root / name.value}; }
  ScopePaths global() const { return {root / "global"}; }
};

}  // namespace lifeboat::local
