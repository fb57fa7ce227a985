#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "model/reader.h"
#include "model/source.h"

namespace lifeboat::model {

/// What a check is given: the values, and how to report. A finding names the paths of every value it rests on; it is
/// shown at the first of them that the file gives, and not at all when one of them could not be used.
class Checks {
 public:
  Checks(const Source& source, const Draft& draft, std::vector<Diagnostic>& diagnostics)
      : source_(source), draft_(draft), diagnostics_(diagnostics) {}

  const Stack& stack() const { return draft_.stack; }
  const std::vector<RegionDraft>& regions() const { return draft_.regions; }
  bool given(std::string_view path) const { return draft_.map.given(path); }
  void error(std::initializer_list<std::string_view> paths, std::string message, std::string hint);
  void warning(std::initializer_list<std::string_view> paths, std::string message, std::string hint);

 private:
  void report(Severity severity, std::initializer_list<std::string_view> paths, std::string message, std::string hint);

  const Source& source_;
  const Draft& draft_;
  std::vector<Diagnostic>& diagnostics_;
};

/// Names, roles and zones of the two regions.
void check_regions(Checks& checks);
/// The address blocks: each good by itself, and no overlap.
void check_address_blocks(Checks& checks);
/// Web instances, load balancer, monitoring.
void check_web(Checks& checks);
void check_monitoring(Checks& checks);
/// Who is told of alerts.
void check_notifications(Checks& checks);
void check_database(Checks& checks);
/// The DNS name, and the recovery policy against everything its time depends on.
void check_dns(Checks& checks);
void check_recovery(Checks& checks);
/// What the aws world can't do, and what it needs.
void check_aws(Checks& checks);

}  // namespace lifeboat::model
