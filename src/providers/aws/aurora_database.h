#pragma once

#include "aws/json.h"
#include "providers/aws/database.h"

namespace lifeboat::aws_world {

/// A global database of Aurora: a cluster in each region, one of which takes the writes.
class AuroraDatabase : public DatabaseService {
 public:
  explicit AuroraDatabase(Names names) : names_(std::move(names)) {}

  base::Result<DatabaseLook> look(const Work& work, const base::RegionName& region) const override;
  /// Planned, the primary's region is asked to switch over; else the region itself, which may lose what it has not
  /// received.
  base::Status promote(const Work& work, const base::RegionName& region, bool is_planned) const override;
  base::Status remove(const Work& work, const base::RegionName& region, const std::string& snapshot) const override;
  bool follows_by_itself() const override { return true; }

 private:
  base::Result<bool> leave(const Work& work, const base::RegionName& region, const DatabaseLook& look,
                           bool is_protected) const;
  /// The global database as this region knows it; null when there is none.
  static base::Result<aws::Json> global(const Work& work, const base::RegionName& region, const std::string& name);

  Names names_;
};

}  // namespace lifeboat::aws_world
