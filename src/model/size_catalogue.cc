#include "model/size_catalogue.h"

#include <algorithm>

namespace lifeboat::model {

namespace {

// pods = interfaces × (addresses an interface − 1) + 2, from the EC2 limits.
const std::vector<InstanceSize> instance_table{
    {"t2.nano", 1, 0.5, 4},     {"t2.micro", 1, 1, 4},       {"t2.small", 1, 2, 11},    {"t2.medium", 2, 4, 17},
    {"t2.large", 2, 8, 35},     {"t2.xlarge", 4, 16, 44},    {"t2.2xlarge", 8, 32, 44}, {"t3.nano", 2, 0.5, 4},
    {"t3.micro", 2, 1, 4},      {"t3.small", 2, 2, 11},      {"t3.medium", 2, 4, 17},   {"t3.large", 2, 8, 35},
    {"t3.xlarge", 4, 16, 58},   {"t3.2xlarge", 8, 32, 58},   {"t3a.nano", 2, 0.5, 4},   {"t3a.micro", 2, 1, 4},
    {"t3a.small", 2, 2, 8},     {"t3a.medium", 2, 4, 17},    {"t3a.large", 2, 8, 35},   {"t3a.xlarge", 4, 16, 58},
    {"t4g.nano", 2, 0.5, 4},    {"t4g.micro", 2, 1, 4},      {"t4g.small", 2, 2, 11},   {"t4g.medium", 2, 4, 17},
    {"t4g.large", 2, 8, 35},    {"t4g.xlarge", 4, 16, 58},   {"m5.large", 2, 8, 29},    {"m5.xlarge", 4, 16, 58},
    {"m5.2xlarge", 8, 32, 58},  {"m5.4xlarge", 16, 64, 234}, {"m6i.large", 2, 8, 29},   {"m6i.xlarge", 4, 16, 58},
    {"m6i.2xlarge", 8, 32, 58}, {"m6g.large", 2, 8, 29},     {"m6g.xlarge", 4, 16, 58}, {"m6g.2xlarge", 8, 32, 58},
    {"m7g.large", 2, 8, 29},    {"m7g.xlarge", 4, 16, 58},   {"m7i.large", 2, 8, 29},   {"m7i.xlarge", 4, 16, 58},
    {"c5.large", 2, 4, 29},     {"c5.xlarge", 4, 8, 58},     {"c5.2xlarge", 8, 16, 58}, {"c6i.large", 2, 4, 29},
    {"c6i.xlarge", 4, 8, 58},   {"c6g.large", 2, 4, 29},     {"c6g.xlarge", 4, 8, 58},  {"c7g.large", 2, 4, 29},
    {"r5.large", 2, 16, 29},    {"r5.xlarge", 4, 32, 58},    {"r6i.large", 2, 16, 29},  {"r6i.xlarge", 4, 32, 58},
    {"r6g.large", 2, 16, 29},   {"r6g.xlarge", 4, 32, 58},
};

// RDS stopped offering db.t2, db.m4 and db.r4 with PostgreSQL 13; Graviton classes came with 12 or 13.
const std::vector<DatabaseSize> database_table{
    {"db.t2.micro", 1, 1, 12, 12},     {"db.t2.small", 1, 2, 12, 12},     {"db.t2.medium", 2, 4, 12, 12},
    {"db.t2.large", 2, 8, 12, 12},     {"db.t2.xlarge", 4, 16, 12, 12},   {"db.t2.2xlarge", 8, 32, 12, 12},
    {"db.t3.micro", 2, 1, 12, 17},     {"db.t3.small", 2, 2, 12, 17},     {"db.t3.medium", 2, 4, 12, 17},
    {"db.t3.large", 2, 8, 12, 17},     {"db.t3.xlarge", 4, 16, 12, 17},   {"db.t3.2xlarge", 8, 32, 12, 17},
    {"db.t4g.micro", 2, 1, 12, 17},    {"db.t4g.small", 2, 2, 12, 17},    {"db.t4g.medium", 2, 4, 12, 17},
    {"db.t4g.large", 2, 8, 12, 17},    {"db.t4g.xlarge", 4, 16, 12, 17},  {"db.t4g.2xlarge", 8, 32, 12, 17},
    {"db.m4.large", 2, 8, 12, 12},     {"db.m4.xlarge", 4, 16, 12, 12},   {"db.m4.2xlarge", 8, 32, 12, 12},
    {"db.m5.large", 2, 8, 12, 17},     {"db.m5.xlarge", 4, 16, 12, 17},   {"db.m5.2xlarge", 8, 32, 12, 17},
    {"db.m5.4xlarge", 16, 64, 12, 17}, {"db.m6g.large", 2, 8, 12, 17},    {"db.m6g.xlarge", 4, 16, 12, 17},
    {"db.m6g.2xlarge", 8, 32, 12, 17}, {"db.m6i.large", 2, 8, 12, 17},    {"db.m6i.xlarge", 4, 16, 12, 17},
    {"db.m6i.2xlarge", 8, 32, 12, 17}, {"db.m7g.large", 2, 8, 13, 17},    {"db.m7g.xlarge", 4, 16, 13, 17},
    {"db.m7g.2xlarge", 8, 32, 13, 17}, {"db.r4.large", 2, 15.25, 12, 12}, {"db.r4.xlarge", 4, 30.5, 12, 12},
    {"db.r5.large", 2, 16, 12, 17},    {"db.r5.xlarge", 4, 32, 12, 17},   {"db.r5.2xlarge", 8, 64, 12, 17},
    {"db.r6g.large", 2, 16, 12, 17},   {"db.r6g.xlarge", 4, 32, 12, 17},  {"db.r6g.2xlarge", 8, 64, 12, 17},
    {"db.r6i.large", 2, 16, 12, 17},   {"db.r6i.xlarge", 4, 32, 12, 17},  {"db.r7g.large", 2, 16, 13, 17},
    {"db.r7g.xlarge", 4, 32, 13, 17},
};

std::string_view step_of(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

template <class Size>
std::vector<std::string_view> names(const std::vector<Size>& table) {
  std::vector<std::string_view> result;
  result.reserve(table.size());
  for (const Size& size : table) result.push_back(size.name);
  return result;
}

template <class Size>
const Size* find(const std::vector<Size>& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Size::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<InstanceSize>& instance_sizes() {
  return instance_table;
}
const std::vector<DatabaseSize>& database_sizes() {
  return database_table;
}
bool is_arm(std::string_view size) {
  const auto family = size.substr(0, size.find('.'));
  const auto generation = family.find_first_of("0123456789");
  return generation != family.npos && family.find('g', generation) != family.npos;
}

std::vector<std::string_view> instance_size_names() {
  return names(instance_table);
}
std::vector<std::string_view> database_size_names() {
  return names(database_table);
}
const InstanceSize* find_instance_size(std::string_view name) {
  return find(instance_table, name);
}
const DatabaseSize* find_database_size(std::string_view name) {
  return find(database_table, name);
}

std::optional<std::string_view> nearest_offered(const DatabaseSize& size, int version) {
  constexpr std::size_t letter = 3;  // "db.t3.small": after "db.".
  const DatabaseSize* best = nullptr;
  for (const DatabaseSize& candidate : database_table) {
    if (!candidate.offered_for(version)) continue;
    if (candidate.name[letter] == size.name[letter] && step_of(candidate.name) == step_of(size.name))
      return candidate.name;
    const bool enough = candidate.memory_gib >= size.memory_gib && candidate.virtual_cpus >= size.virtual_cpus;
    if (enough && (best == nullptr || candidate.memory_gib < best->memory_gib)) best = &candidate;
  }
  return best == nullptr ? std::nullopt : std::optional(best->name);
}

std::optional<std::string_view> smallest_monitoring_size(const InstanceSize& size) {
  const std::string_view family = size.name.substr(0, size.name.find('.') + 1);
  for (const InstanceSize& candidate : instance_table) {
    const bool enough = candidate.pods >= monitoring_pods && candidate.memory_gib >= monitoring_memory_gib;
    if (enough && candidate.name.starts_with(family)) return candidate.name;
  }
  return std::nullopt;
}

}  // namespace lifeboat::model
