#pragma once

#include <map>
#include <mutex>
#include <string>

#include "providers/aws/names.h"
#include "providers/aws/sql.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// SQL through Systems Manager: a web instance of the region is told to run it. The instances take turns; one that
/// certainly ran nothing is followed by the next. SSM delivers a command within 30 s or not at all, and ends it when
/// the deadline has passed, so that nothing is run long after it was given up. Statements and rows stand in SSM's
/// history of commands, so no secret belongs into them.
class SsmSql : public Sql {
 public:
  struct Parts {
    WorkPorts work;
    Names names;
    /// What runs SQL from its standard input on an instance: "/opt/lifeboat/sql".
    std::string command;
    base::Milliseconds poll_interval{1'000};
  };
  explicit SsmSql(Parts parts) : parts_(std::move(parts)) {}

  base::Result<Rows> run(const base::RegionName& region, std::string_view statements, base::Instant deadline) override;
  base::Result<Rows> run_at(const Place& place, std::string_view statements, base::Instant deadline) override;

 private:
  struct Sent;
  struct Outcome;

  base::Result<std::vector<std::string>> running_instances(const Work& work, const base::RegionName& region);
  base::Result<Rows> run(const base::RegionName& region, const std::string& beginning, std::string_view statements,
                         base::Instant deadline);
  base::Result<Sent> send(const Work& work, const base::RegionName& region, const std::string& instance,
                          const std::string& script) const;
  base::Result<Outcome> outcome(const Work& work, const base::RegionName& region, const Sent& sent) const;
  std::size_t next_turn(const base::RegionName& region);

  Parts parts_;
  std::mutex mutex_;
  std::map<base::RegionName, std::size_t> turns_;
};

}  // namespace lifeboat::aws_world
