// No acknowledgement of a commit leaves this server past its write lease.
//
// From the moment a transaction that wrote is let through to its commit until the client has been told, this process
// looks at the lease before every attempt to hand bytes to the socket. When the lease is over the socket is shut down:
// what had not been handed over is never sent, the client sees its connection closed, and the server ends the session
// in the way it has for lost clients (FATAL, at the next safe point). That way, and not a FATAL on the spot, because
// bytes may also be due inside a commit (the warning of a cancelled synchronous wait), where FATAL would be a PANIC.
//
// What is left is one window: a process that is paused between its last look and the kernel's send(). A few
// instructions and one system call lie in between; the kernel offers no "send unless it is later than", so user space
// cannot close it. Whoever promotes by the lease's expiry waits for a margin longer than that. What was handed to the
// kernel before the deadline may reach the client after it: it was acknowledged in time.
#pragma once

// Wraps the functions through which every process talks to its client. In the postmaster, once.
extern void acknowledgements_install(void);

// A transaction of this process is about to commit, or has: from here until the client has been sent ReadyForQuery the
// lease is looked at. If the transaction fails after all, that costs a look and nothing else.
extern void acknowledgement_is_due(void);
