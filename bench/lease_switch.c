// The lease extension with a switch, for lease_extension_bench.py alone: one session runs with it and without it by
// turns, so that the two are compared in one process, on the same memory, a moment apart. The product has no switch.
#include "../pg/acknowledgements.c"
#include "../pg/lease.c"
#define _PG_init lease_init
#include "../pg/lifeboat_lease.c"
#undef _PG_init

void _PG_init(void);

static bool enabled = true;

static void assign_enabled(bool value, void* unused pg_attribute_unused()) {
  if (value == enabled) return;
  if (value) {
    RegisterXactCallback(at_transaction_event, NULL);
    ProcessUtility_hook = at_utility;
    PqCommMethods = &our_methods;
  } else {
    UnregisterXactCallback(at_transaction_event, NULL);
    ProcessUtility_hook = previous_utility;
    PqCommMethods = server_methods;
  }
}

void _PG_init(void) {
  lease_init();
  DefineCustomBoolVariable("lease_switch.enabled", "Whether this session's commits need the lease.", NULL, &enabled,
                           true, PGC_USERSET, 0, NULL, assign_enabled, NULL);
}
