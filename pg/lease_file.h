// The lease file: how a region's agent tells its PostgreSQL until when it may commit. Compiles as C11 and as C++23.
//
// One page that the agent (the only writer) and every PostgreSQL process (readers) map MAP_SHARED. The file is made
// before PostgreSQL starts and is never replaced, shortened or removed while a server runs: a server keeps the file
// that it mapped at its start. It belongs on a tmpfs (/run), where neither side ever waits for a disk to reach the
// page. Agent and server share a machine, and a time namespace if there are any.
//
// The writer's protocol:
//   make       write the whole page under another name, with deadline_ns 0, and rename it into place. If it is
//              there already, keep the file and change it in place, as below.
//   grant,     one atomic 8-byte store of deadline_ns with release order. A deadline only moves forward.
//   renew
//   give up    the same store, of 0.
//   change     store 0 to deadline_ns; fence(release); write boot_id or epoch; then grant. Neither is ever written
//   while
//              a deadline stands. Commits are refused in between.
//
//   std::atomic_ref(file->deadline_ns).store(deadline_ns, std::memory_order_release);
//
// The reader's protocol: load deadline_ns (acquire), copy boot_id and epoch, fence(acquire), load deadline_ns again,
// and start over if it differs. As the writer passes through 0, equal loads mean that the copies belong to the
// deadline. The clock is read after the deadline, so a reader that is paused in between errs towards "ended".
//
// There is no lease when deadline_ns is 0, when boot_id is not that of the running kernel (CLOCK_BOOTTIME began anew,
// so the deadline means nothing), or when CLOCK_BOOTTIME has reached deadline_ns.
#pragma once

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
namespace lifeboat {
using std::uint32_t;
using std::uint64_t;
#else
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#endif

#define LIFEBOAT_LEASE_MAGIC "LBLEASE"  // with its terminating zero: 8 bytes
#define LIFEBOAT_LEASE_FORMAT 1
#define LIFEBOAT_LEASE_BOOT_ID_BYTES 36  // the text of /proc/sys/kernel/random/boot_id without the line's end
#define LIFEBOAT_LEASE_FILE_BYTES 4096

// answers_until_ns is for the load balancer alone (src/providers/local/lease_gate.lua): PostgreSQL does not read it.
//
// In the machine's own byte order; everything after answers_until_ns is zero.
typedef struct LifeboatLeaseFile {
  char magic[8];              // LIFEBOAT_LEASE_MAGIC
  uint32_t format;            // LIFEBOAT_LEASE_FORMAT
  uint32_t reserved;          // 0
  uint64_t deadline_ns;       // CLOCK_BOOTTIME; the lease is held while the clock is below it; 0: no lease
  uint64_t epoch;             // which lease this is, for messages
  char boot_id[40];           // LIFEBOAT_LEASE_BOOT_ID_BYTES of text, then zeros: the boot that deadline_ns belongs to
  uint64_t answers_until_ns;  // CLOCK_BOOTTIME; without a lease: until when answers on their way may leave
  char unused[LIFEBOAT_LEASE_FILE_BYTES - 80];
} LifeboatLeaseFile;

static_assert(sizeof(LifeboatLeaseFile) == LIFEBOAT_LEASE_FILE_BYTES, "the file is one page");
static_assert(offsetof(LifeboatLeaseFile, deadline_ns) == 16, "aligned for an atomic store");
static_assert(offsetof(LifeboatLeaseFile, epoch) == 24, "the layout is a contract");
static_assert(offsetof(LifeboatLeaseFile, boot_id) == 32, "the layout is a contract");
static_assert(offsetof(LifeboatLeaseFile, answers_until_ns) == 72, "the layout is a contract");

#ifdef __cplusplus
}  // namespace lifeboat
#endif
