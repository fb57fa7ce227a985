#include "postgres.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lease.h"
#include "lease_file.h"
#include "port/pg_bswap.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

static const LifeboatLeaseFile* page;
static char this_boot[LIFEBOAT_LEASE_BOOT_ID_BYTES];

static void read_boot_id(void) {
  const int file = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);

  if (file < 0 || read(file, this_boot, sizeof(this_boot)) != (ssize_t)sizeof(this_boot))
    ereport(FATAL, (errcode_for_file_access(), errmsg("lifeboat_lease: cannot read \"%s\": %m", BOOT_ID_PATH)));
  close(file);
}

static void refuse_file(const char* path, const char* seen, const char* expected) {
  ereport(FATAL, (errcode(ERRCODE_CONFIG_FILE_ERROR), errmsg("lifeboat_lease: \"%s\" is not a lease file", path),
                  errdetail("It has %s, expected was %s.", seen, expected),
                  errhint("Stop the region's agent, remove the file and start the agent: it makes the file, then "
                          "starts PostgreSQL.")));
}

static void check_content(const char* path) {
  if (memcmp(page->magic, LIFEBOAT_LEASE_MAGIC, sizeof(page->magic)) != 0) {
    uint64 magic;

    memcpy(&magic, page->magic, sizeof(magic));
    refuse_file(path, psprintf("the first 8 bytes %016llx", (unsigned long long)pg_hton64(magic)),
                "4c424c4541534500 (\"" LIFEBOAT_LEASE_MAGIC "\" and a zero)");
  }
  if (page->format != LIFEBOAT_LEASE_FORMAT)
    refuse_file(path, psprintf("format %u", page->format), psprintf("format %u", LIFEBOAT_LEASE_FORMAT));
}

void lease_map(const char* path) {
  struct stat status;
  int file;
  void* mapped;

  if (!is_absolute_path(path))
    ereport(FATAL, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("lifeboat_lease.file is \"%s\", expected was an absolute path", path)));
  file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &status) != 0)
    ereport(FATAL, (errcode_for_file_access(), errmsg("lifeboat_lease: cannot open the lease file \"%s\": %m", path),
                    errhint("The region's agent makes it and then starts PostgreSQL: start the agent, or start the "
                            "server without lifeboat_lease.file.")));
  if (status.st_size != LIFEBOAT_LEASE_FILE_BYTES)
    refuse_file(path, psprintf("%lld bytes", (long long)status.st_size),
                psprintf("%d bytes", LIFEBOAT_LEASE_FILE_BYTES));
  mapped = mmap(NULL, LIFEBOAT_LEASE_FILE_BYTES, PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED)
    ereport(FATAL, (errcode_for_file_access(), errmsg("lifeboat_lease: cannot map the lease file \"%s\": %m", path)));
  close(file);
  page = mapped;
  check_content(path);
  read_boot_id();
}

static uint64 boot_time_ns(void) {
  struct timespec now;

  // Without a clock nothing is before the deadline.
  if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) return PG_UINT64_MAX;
  return (uint64)now.tv_sec * 1000000000 + (uint64)now.tv_nsec;
}

Lease lease_read(void) {
  Lease lease;
  uint64 deadline_ns;

  do {
    deadline_ns = __atomic_load_n(&page->deadline_ns, __ATOMIC_ACQUIRE);
    lease.epoch = __atomic_load_n(&page->epoch, __ATOMIC_RELAXED);
    lease.other_boot = deadline_ns != 0 && memcmp(page->boot_id, this_boot, sizeof(this_boot)) != 0;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
  } while (__atomic_load_n(&page->deadline_ns, __ATOMIC_RELAXED) != deadline_ns);
  lease.deadline_ns = lease.other_boot ? 0 : deadline_ns;
  lease.now_ns = boot_time_ns();
  return lease;
}

char* lease_why_not(const Lease* lease) {
  if (lease->deadline_ns == 0) return pstrdup("there is no write lease");
  return psprintf("the write lease of epoch %llu ended %llu ms ago", (unsigned long long)lease->epoch,
                  (unsigned long long)((lease->now_ns - lease->deadline_ns) / 1000000));
}

char* lease_why_not_detail(const Lease* lease) {
  if (lease->other_boot)
    return pstrdup("The lease file has a deadline of an earlier boot of this machine, which means nothing now.");
  return pstrdup("Another region may be the writer by now.");
}
