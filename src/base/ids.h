#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace lifeboat::base {

/// A name that cannot be mistaken for another kind of name.
template <class Tag>
struct Name {
  std::string value;

  bool empty() const { return value.empty(); }
  auto operator<=>(const Name&) const = default;
};

using RegionName = Name<struct RegionTag>;      ///< "us-east-2"; as on AWS.
using ZoneName = Name<struct ZoneTag>;          ///< "us-east-2a"; as on AWS.
using OperationId = Name<struct OperationTag>;  ///< "failover-7"; unique in a stack for ever.

/// Names one reign of one active region. It only grows; 0 means that no region has reigned yet.
struct Epoch {
  std::uint64_t value = 0;

  Epoch next() const { return Epoch{value + 1}; }
  auto operator<=>(const Epoch&) const = default;
};

/// A thing of the stack: "us-east-2/web-1". The region is empty for what lies outside both regions: "global/dns".
struct AssetId {
  RegionName region;
  std::string name;

  std::string text() const { return (region.empty() ? "global" : region.value) + "/" + name; }
  auto operator<=>(const AssetId&) const = default;
};

/// A position in PostgreSQL's write-ahead log, in bytes since the cluster was made.
struct Lsn {
  std::uint64_t bytes = 0;

  auto operator<=>(const Lsn&) const = default;
};

/// PostgreSQL's own spelling: "0/3000148".
std::string to_string(Lsn lsn);

}  // namespace lifeboat::base

template <class Tag>
struct std::hash<lifeboat::base::Name<Tag>> {
  std::size_t operator()(const lifeboat::base::Name<Tag>& name) const { return std::hash<std::string>{}(name.value); }
};
