// Journals of earlier versions are read for ever. The samples were written by the program of their time and are never
// written anew; beside each is what its records say. A field that came later may be added to what is read, nothing
// else.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "journal/journal.h"
#include "journal/memory_folder.h"
#include "journal/record_json.h"

namespace lifeboat::journal {
namespace {

std::string read(const std::string& name) {
  std::ifstream stream(std::filesystem::path(LIFEBOAT_GOLDEN_DIR) / name, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  EXPECT_TRUE(stream.good()) << name << " is missing";
  return bytes.str();
}

TEST(JournalGolden, AJournalOfVersion1OpensToTheSameRecords) {
  MemoryDisk disk(read("version-1.lbj"));
  const auto before = disk.file().written;
  const auto journal = Journal::open(std::make_unique<MemoryFolder>(disk));
  ASSERT_TRUE(journal.has_value()) << journal.error().text();
  EXPECT_EQ(disk.file().written, before);
  std::istringstream lines(read("version-1.jsonl"));
  std::size_t count = 0;
  std::set<std::string> types;
  for (std::string line; std::getline(lines, line); ++count) {
    ASSERT_LT(count, journal->records().size());
    const auto now = to_json(journal->records()[count]);
    auto merged = now;
    merged.merge_patch(nlohmann::json::parse(line));
    EXPECT_EQ(merged, now) << "record " << count + 1;
    types.insert(now.at("type"));
  }
  EXPECT_EQ(count, journal->records().size());
  EXPECT_EQ(types.size(), 13u) << "every type that version 1 began with";
}

}  // namespace
}  // namespace lifeboat::journal
