// A region's write lease, enforced where commits happen. shared_preload_libraries names this library by its absolute
// path, lifeboat_lease.file the lease file (lease_file.h).
//
// A transaction that wrote (it has a transaction id) is let through to its commit only while the lease is held;
// reading is always allowed. The look at the lease comes just before the commit record, not with it: a process that is
// paused in between still commits, and other sessions here can read what it wrote. It does not acknowledge then
// (acknowledgements.h), so its client does not take the write for done, and it is among the lost ones when this server
// is rewound.
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/guc.h"

#include "acknowledgements.h"
#include "lease.h"

PG_MODULE_MAGIC;

void _PG_init(void);

static char* file;
static char* remaining_ms;
static ProcessUtility_hook_type previous_utility;

static void require_lease(void) {
  const Lease lease = lease_read();

  if (lease_is_held(&lease)) return;
  ereport(ERROR, (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION), errmsg("cannot commit: %s", lease_why_not(&lease)),
                  errdetail("%s Only reading is allowed here.", lease_why_not_detail(&lease)),
                  errhint("Connect by the service's name, which leads to the active region.")));
}

static bool has_written(void) {
  return TransactionIdIsValid(GetTopTransactionIdIfAny());
}

// Parallel workers commit nothing: their leader does.
static void at_transaction_event(XactEvent event, void* unused pg_attribute_unused()) {
  switch (event) {
    case XACT_EVENT_PRE_COMMIT:
    case XACT_EVENT_PRE_PREPARE:
      if (!has_written()) return;
      require_lease();
      acknowledgement_is_due();
      return;
    case XACT_EVENT_COMMIT:
      // A transaction that only notified gets its id after PRE_COMMIT.
      if (has_written()) acknowledgement_is_due();
      return;
    default:
      return;
  }
}

// Statements that finish a prepared transaction, which has an id of its own, and those whose files are made or removed
// before their commit could be refused.
static bool acts_before_commit(const Node* statement, bool* finishes_prepared) {
  *finishes_prepared = false;
  switch (nodeTag(statement)) {
    case T_TransactionStmt: {
      const TransactionStmtKind kind = ((const TransactionStmt*)statement)->kind;

      *finishes_prepared = kind == TRANS_STMT_COMMIT_PREPARED || kind == TRANS_STMT_ROLLBACK_PREPARED;
      return *finishes_prepared;
    }
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_AlterDatabaseStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
      return true;
    default:
      return false;
  }
}

static void at_utility(PlannedStmt* statement, const char* text, bool read_only_tree, ProcessUtilityContext context,
                       ParamListInfo parameters, QueryEnvironment* environment, DestReceiver* receiver,
                       QueryCompletion* completion) {
  bool finishes_prepared;

  if (acts_before_commit(statement->utilityStmt, &finishes_prepared)) require_lease();
  if (finishes_prepared) acknowledgement_is_due();
  (previous_utility ? previous_utility : standard_ProcessUtility)(statement, text, read_only_tree, context, parameters,
                                                                  environment, receiver, completion);
}

static const char* show_remaining_ms(void) {
  static char text[32];
  Lease lease;

  if (file[0] == '\0') return "";
  lease = lease_read();
  if (lease.deadline_ns == 0) return "";
  snprintf(text, sizeof(text), "%lld", (long long)(int64)(lease.deadline_ns - lease.now_ns) / 1000000);
  return text;
}

static void define_settings(void) {
  DefineCustomStringVariable("lifeboat_lease.file", "The lease file of this region's agent.",
                             "Empty: commits need no lease.", &file, "", PGC_POSTMASTER, 0, NULL, NULL, NULL);
  DefineCustomStringVariable("lifeboat_lease.remaining_ms", "How long the write lease still lasts.",
                             "Negative: it ended so long ago. Empty: there is none, or none is needed.", &remaining_ms,
                             "", PGC_INTERNAL, GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, NULL, NULL, show_remaining_ms);
  MarkGUCPrefixReserved("lifeboat_lease");
}

void _PG_init(void) {
  if (!process_shared_preload_libraries_in_progress)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("lifeboat_lease can be loaded by shared_preload_libraries only")));
  define_settings();
  if (file[0] == '\0') return;
  lease_map(file);
  RegisterXactCallback(at_transaction_event, NULL);
  previous_utility = ProcessUtility_hook;
  ProcessUtility_hook = at_utility;
  acknowledgements_install();
}
