#include <fmt/format.h>

#include <utility>

#include "providers/local/region_database_impl.h"

namespace lifeboat::local {
namespace {

// Only what somebody chose: settings at their defaults follow from the version. Fingerprints stand for long
// definitions.
constexpr const char* facts_sql = R"(
SELECT 'version', current_setting('server_version')
UNION ALL SELECT 'setting ' || name, setting FROM pg_settings
  WHERE source NOT IN ('default', 'override', 'client', 'session')
UNION ALL SELECT 'role ' || rolname, concat_ws(' ', CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolsuper THEN 'superuser' END,
    CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolcreatedb THEN 'createdb' END,
    CASE WHEN rolcreaterole THEN 'createrole' END, (SELECT 'member of ' || string_agg(g.rolname, ', ' ORDER BY g.rolname)
      FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid))
  FROM pg_roles r WHERE rolname !~ '^pg_'
UNION ALL SELECT 'extension ' || extname, extversion FROM pg_extension
UNION ALL SELECT 'table ' || table_schema || '.' || table_name, md5(string_agg(concat_ws(' ', column_name, data_type,
    character_maximum_length, is_nullable, column_default), ', ' ORDER BY ordinal_position))
  FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema') GROUP BY table_schema, table_name
UNION ALL SELECT 'index ' || schemaname || '.' || indexname, md5(indexdef) FROM pg_indexes
  WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname, md5(pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE conrelid <> 0 AND connamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema'))";

/// Paths differ between nodes by the node's folder only.
std::string without_folder(std::string value, const std::string& folder) {
  for (auto at = value.find(folder); at != std::string::npos; at = value.find(folder, at)) {
    value.replace(at, folder.size(), "(node)");
  }
  return value;
}

}  // namespace

auto RegionDatabase::Impl::spokesman() -> const Member* {
  const auto looks = look_all();
  const Member* chosen = nullptr;
  const NodeLook* best = nullptr;
  for (std::size_t index = 0; index < looks.size(); ++index) {
    const auto& look = looks[index];
    if (!look.answering) continue;
    if (best != nullptr && (best->accepts_writes() || (!look.accepts_writes() && look.position <= best->position)))
      continue;
    best = &look;
    chosen = members_[index].get();
  }
  return chosen;
}

base::Result<std::map<std::string, std::string>> RegionDatabase::Impl::facts() {
  constexpr base::Milliseconds answer_limit{2000};  // A busy server misses a look now and then.
  const Member* chosen = nullptr;
  wait_for(deadline(context_.clock.now() + answer_limit), base::Milliseconds{50}, [&] {
    chosen = spokesman();
    return chosen != nullptr;
  });
  if (chosen == nullptr) {
    return base::fail(base::ErrorCode::postgres_failed,
                      fmt::format("{}: no database node answers", context_.region.name.value));
  }
  auto client = chosen->node.connect(base::Milliseconds{2000}, context_.stack.database.name);
  if (!client) return std::unexpected(client.error());
  const auto answer = client->query(facts_sql, base::Milliseconds{5000});
  if (!answer) return std::unexpected(answer.error());
  std::map<std::string, std::string> facts;
  for (std::size_t row = 0; row < answer->rows.size(); ++row) {
    facts[answer->text(row, 0)] = without_folder(answer->text(row, 1), chosen->node.paths().root.string());
  }
  return facts;
}

std::vector<std::string> RegionDatabase::Impl::remarks() const {
  const std::lock_guard lock(state_mutex_);
  return remarks_;
}

std::vector<std::string> RegionDatabase::Impl::take_sentences() {
  const std::lock_guard lock(state_mutex_);
  return std::exchange(sentences_, {});
}

void RegionDatabase::Impl::say(std::string sentence) {
  constexpr std::size_t most = 1000;  // Nobody may be listening.
  const std::lock_guard lock(state_mutex_);
  if (sentences_.size() < most) sentences_.push_back(std::move(sentence));
}

}  // namespace lifeboat::local
