// Any bytes as the journal's file: records or an error, never a crash; damage leaves the file as it was, what was read
// once reads the same again, and a repair makes a journal that opens and has every readable record.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/assert.h"
#include "journal/journal.h"
#include "journal/memory_folder.h"
#include "journal/repair.h"

namespace {

using lifeboat::journal::Journal;
using lifeboat::journal::MemoryDisk;
using lifeboat::journal::MemoryFolder;

void check_repair(MemoryDisk& disk) {
  MemoryFolder folder(disk);
  auto parts = lifeboat::journal::read_parts(folder);
  const auto found = lifeboat::journal::survey(*parts);
  if (!found) return;  // Of another version.
  lifeboat::journal::RepairInput input;
  input.setup.home = {"us-east-2"};
  input.setup.standby = {"us-west-1"};
  input.reign = {.region = {"us-west-1"}, .epoch = {7}};
  const auto plan = lifeboat::journal::plan_repair(*found, input);
  LIFEBOAT_ASSERT(plan.has_value(), "whoever knows who reigns can repair");
  LIFEBOAT_ASSERT(lifeboat::journal::carry_out_repair(folder, std::move(*parts), *found, *plan, {}).has_value(),
                  "the memory disk takes everything");
  const auto repaired = Journal::open(std::make_unique<MemoryFolder>(disk));
  LIFEBOAT_ASSERT(repaired.has_value(), "what was repaired opens");
  LIFEBOAT_ASSERT(repaired->records().size() == found->records.size() + plan->added.size(), "no record comes or goes");
}

void check(const std::string& bytes) {
  MemoryDisk disk(bytes);
  const auto first = Journal::open(std::make_unique<MemoryFolder>(disk));
  if (!first) {
    LIFEBOAT_ASSERT(disk.file().written == bytes, "a journal that is refused stays as it is");
    return check_repair(disk);
  }
  const auto again = Journal::open(std::make_unique<MemoryFolder>(disk));
  LIFEBOAT_ASSERT(again.has_value(), "what was opened opens again");
  LIFEBOAT_ASSERT(again->torn_bytes() == 0, "a torn tail is cut off once");
  LIFEBOAT_ASSERT(again->records().size() == first->records().size(), "no record comes or goes");
  LIFEBOAT_ASSERT(again->next_sequence() == first->next_sequence(), "the sequence goes on where it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
