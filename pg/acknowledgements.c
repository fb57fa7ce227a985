#include "postgres.h"

#include <sys/socket.h>

#include "libpq/libpq.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/wait_event.h"

#include "acknowledgements.h"
#include "lease.h"

// What the server's own send buffer holds at least (pqcomm.c). A message that may not fit makes the server send from
// within putmessage, and wait there.
#define SEND_BUFFER_BYTES 8192

static const PQcommMethods* server_methods;
static PQcommMethods our_methods;

static bool due;         // a commit has not been acknowledged, or only in part
static bool cut;         // the socket is shut down; nothing more is sent
static bool flushing;    // as the server's PqCommBusy: messages from signal handlers are dropped
static char last_type;   // of the last message that was put into the buffer
static size_t buffered;  // put into the buffer since it was last empty; an upper limit of what is in it

void acknowledgement_is_due(void) {
  due = true;
  last_type = 0;
}

static void cut_connection(const Lease* lease) {
  cut = true;
  shutdown(MyProcPort->sock, SHUT_RDWR);
  // The report looks for a cancelled query at its end, and must come back from there.
  HOLD_INTERRUPTS();
  ereport(COMMERROR,
          (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
           errmsg("withheld the acknowledgement of a commit: %s", lease_why_not(lease)),
           errdetail("The session's last transaction may have been committed here; its client was not told. %s",
                     lease_why_not_detail(lease)),
           errhint("The connection is closed. If this region has lost the writer's role, the transaction is "
                   "exported with the lost writes before this server is rewound.")));
  RESUME_INTERRUPTS();
  ClientConnectionLost = true;
  InterruptPending = true;
}

// True while bytes may leave; otherwise the connection has been cut.
static bool may_send(void) {
  const Lease lease = lease_read();

  if (!lease_is_held(&lease)) cut_connection(&lease);
  return !cut;
}

// As the server does in secure_write().
static void wait_until_writable(void) {
  WaitEvent event;

  ModifyWaitEvent(FeBeWaitSet, FeBeWaitSetSocketPos, WL_SOCKET_WRITEABLE, NULL);
  WaitEventSetWait(FeBeWaitSet, -1, &event, 1, WAIT_EVENT_CLIENT_WRITE);
  if (event.events & WL_POSTMASTER_DEATH)
    ereport(FATAL,
            (errcode(ERRCODE_ADMIN_SHUTDOWN), errmsg("terminating connection due to unexpected postmaster exit")));
  if (event.events & WL_LATCH_SET) {
    ResetLatch(MyLatch);
    ProcessClientWriteInterrupt(true);
  }
}

// Only attempts that do not block, each after a look at the lease: a client may take its time to make room.
static int flush_guarded(bool wait) {
  int result = 0;

  flushing = true;
  while (result == 0 && server_methods->is_send_pending()) {
    result = may_send() ? server_methods->flush_if_writable() : EOF;
    if (!wait) break;
    if (result == 0 && server_methods->is_send_pending()) wait_until_writable();
  }
  flushing = false;
  if (cut || server_methods->is_send_pending()) return result;
  buffered = 0;
  // An earlier message is not the last word: the results of a pipeline and the end of a CALL that committed still
  // come, and acknowledge too.
  if (last_type == 'Z') due = false;
  return result;
}

static int our_flush(void) {
  if (cut) return EOF;
  if (flushing) return 0;
  if (due) return flush_guarded(true);
  buffered = 0;
  return server_methods->flush();
}

static int our_flush_if_writable(void) {
  int result;

  if (cut) return EOF;
  if (flushing) return 0;
  if (due) return flush_guarded(false);
  result = server_methods->flush_if_writable();
  if (!server_methods->is_send_pending()) buffered = 0;
  return result;
}

static int our_putmessage(char type, const char* text, size_t length) {
  if (cut) return EOF;
  if (flushing) return 0;
  buffered += length + 5;
  if (due && buffered > SEND_BUFFER_BYTES) {
    if (flush_guarded(true) != 0) return EOF;
    buffered = length + 5;
  }
  last_type = type;
  return server_methods->putmessage(type, text, length);
}

static void our_comm_reset(void) {
  flushing = false;
  server_methods->comm_reset();
}

// putmessage_noblock stays the server's: it enlarges the buffer, then calls putmessage, above. Processes without a
// client put methods of their own in the place of ours.
void acknowledgements_install(void) {
  server_methods = PqCommMethods;
  our_methods = *server_methods;
  our_methods.comm_reset = our_comm_reset;
  our_methods.flush = our_flush;
  our_methods.flush_if_writable = our_flush_if_writable;
  our_methods.putmessage = our_putmessage;
  PqCommMethods = &our_methods;
}
