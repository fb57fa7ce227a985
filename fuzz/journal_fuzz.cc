// Any bytes as the journal's file: records or an error, never a crash; damage leaves the file as it was, and what was
// read once reads the same again.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/assert.h"
#include "journal/journal.h"
#include "journal/memory_folder.h"

namespace {

using lifeboat::journal::Journal;
using lifeboat::journal::MemoryDisk;
using lifeboat::journal::MemoryFolder;

void check(const std::string& bytes) {
  MemoryDisk disk(bytes);
  const auto first = Journal::open(std::make_unique<MemoryFolder>(disk));
  if (!first) {
    LIFEBOAT_ASSERT(disk.file().written == bytes, "a journal that is refused stays as it is");
    return;
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
