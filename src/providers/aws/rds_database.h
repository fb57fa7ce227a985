#pragma once

#include "providers/aws/database.h"

namespace lifeboat::aws_world {

/// One Multi-AZ instance of RDS in each region, one of them a cross-region replica of the other.
class RdsDatabase : public DatabaseService {
 public:
  RdsDatabase(Names names, int backup_retention_days)
      : names_(std::move(names)), backup_retention_days_(backup_retention_days) {}

  base::Result<DatabaseLook> look(const Work& work, const base::RegionName& region) const override;
  base::Status promote(const Work& work, const base::RegionName& region, bool is_planned) const override;
  base::Status remove(const Work& work, const base::RegionName& region, const std::string& snapshot) const override;
  bool follows_by_itself() const override { return false; }

 private:
  class Promotion;

  Names names_;
  int backup_retention_days_;
};

/// Any instance, by its name.
base::Result<DatabaseLook> look_at_instance(const Work& work, const base::RegionName& region, const std::string& name);

}  // namespace lifeboat::aws_world
