#include "controller/audit_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>

#include "system/files.h"

namespace lifeboat::controller {
namespace {

namespace fs = std::filesystem;

class AuditFile : public testing::Test {
 protected:
  AuditFile() {
    std::string name = (fs::temp_directory_path() / "lifeboat-audit-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    file = folder / "audit.log";
  }
  ~AuditFile() override { fs::remove_all(folder); }
  static api::AuditEntryView entry(std::string id, std::optional<std::string> outcome = {}) {
    api::AuditEntryView made;
    made.id = std::move(id);
    made.what = "failover";
    made.outcome = std::move(outcome);
    return made;
  }
  std::size_t lines() const {
    const auto text = system::read_file(file);
    return text ? static_cast<std::size_t>(std::ranges::count(*text, '\n')) : 0;
  }

  fs::path folder;
  fs::path file;
};

TEST_F(AuditFile, Has_a_line_before_the_action_and_one_with_its_outcome) {
  AuditLog log(file);
  log.note(entry("a"));
  EXPECT_EQ(lines(), 1u);
  EXPECT_EQ(log.view().entries.at(0).outcome, std::nullopt);
  log.note(entry("a", "accepted"));
  EXPECT_EQ(lines(), 2u);
  ASSERT_EQ(log.view().entries.size(), 1u) << "both lines are about one action";
  EXPECT_EQ(log.view().entries[0].outcome, "accepted");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(AuditFile, Is_read_again_newest_first_by_the_next_controller) {
  {
    AuditLog log(file);
    log.note(entry("a", "accepted"));
    log.note(entry("b"));
  }
  const auto view = AuditLog(file).view();
  ASSERT_EQ(view.entries.size(), 2u);
  EXPECT_EQ(view.entries[0].id, "b");
  EXPECT_EQ(view.entries[0].outcome, std::nullopt) << "the controller ended before it knew";
  EXPECT_EQ(view.entries[1].outcome, "accepted");
}

TEST_F(AuditFile, That_ends_in_a_torn_line_takes_further_ones) {
  AuditLog(file).note(entry("a"));
  std::ofstream(file, std::ios::app) << R"({"id":"torn)";
  AuditLog(file).note(entry("b"));
  const auto view = AuditLog(file).view();
  ASSERT_EQ(view.entries.size(), 2u);
  EXPECT_EQ(view.entries[0].id, "b");
}

TEST_F(AuditFile, That_cannot_be_written_is_told_and_made_good_later) {
  AuditLog log(file);
  fs::create_symlink("/dev/full", file);
  log.note(entry("a"));
  ASSERT_TRUE(log.problem());
  EXPECT_NE(log.problem()->find("the audit log cannot be written, actions go on without it"), std::string::npos);
  EXPECT_EQ(log.view().entries.size(), 1u);
  fs::remove(file);
  log.note(entry("b"));
  EXPECT_EQ(log.problem(), std::nullopt);
  EXPECT_EQ(lines(), 2u);
}

TEST_F(AuditFile, Shows_the_latest_two_hundred) {
  AuditLog log(file);
  for (int i = 0; i < 205; ++i) log.note(entry(std::to_string(i)));
  EXPECT_EQ(log.view().entries.size(), 200u);
  EXPECT_EQ(log.view().entries.front().id, "204");
}

}  // namespace
}  // namespace lifeboat::controller
