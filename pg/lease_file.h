/* The page in which a region's agent says until when its databases may acknowledge writes. */
#ifndef LIFEBOAT_LEASE_FILE_H
#define LIFEBOAT_LEASE_FILE_H
#include <stdint.h>
#define LIFEBOAT_LEASE_MAGIC UINT64_C(0x314553414542464C)
#define LIFEBOAT_LEASE_VERSION 1
#define LIFEBOAT_LEASE_BYTES 4096
struct lifeboat_lease_file {
  uint64_t magic;
  uint32_t version;
  uint32_t unused;
  char boot_id[40];
  uint64_t deadline_ns;
  uint64_t epoch;
};
#endif
