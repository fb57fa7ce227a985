// The region's write lease, as this server's processes see it through the lease file (lease_file.h).
#pragma once

// What the file said at one moment. Without a lease the deadline is 0.
typedef struct Lease {
  uint64 deadline_ns;
  uint64 now_ns;
  uint64 epoch;
  bool other_boot;  // the file has a deadline, but of another boot of this machine
} Lease;

// Maps the file, in the postmaster; every process forked from it shares the mapping. Ends the server with a message if
// the file is not there or is no lease file.
extern void lease_map(const char* path);

// Reads the file and the clock. Cheap, never fails, safe in critical sections.
extern Lease lease_read(void);

static inline bool lease_is_held(const Lease* lease) {
  return lease->deadline_ns > lease->now_ns;
}

// Why commits are refused now: "there is no write lease", or when which one ended. Palloc'd.
extern char* lease_why_not(const Lease* lease);
extern char* lease_why_not_detail(const Lease* lease);
