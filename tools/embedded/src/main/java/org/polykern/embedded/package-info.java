/**
 * A real PostgreSQL and a real Redis as child processes of whoever needs them: the launcher's
 * {@code up}, and every component test.
 *
 * <p>This room knows nothing of Polykern. {@code Binaries} unpacks the programs into a cache,
 * {@code PostgresCluster} prepares PostgreSQL's directory and decides as whom it runs ({@code
 * RunAs}), the two {@code Embedded…} classes start, find, adopt and stop.
 *
 * <p><b>State.</b> All of it lies in the data directory; a handle only remembers what it found
 * there. Whoever starts or stops holds the {@code DirectoryLock} of that directory, so two JVMs (or
 * two threads) that start the same one end up with one server, which the second adopts.
 *
 * <p><b>Crash.</b> A server runs in a session of its own and outlives its parent's {@code kill -9}.
 * The next start finds it by the server's own pid file, checked against {@code /proc}: program,
 * working directory, command line. A handle remembers the process's start time as well, so that it
 * never signals a stranger with the same pid. A server that was killed is started over its data. A
 * cluster appears by one rename when {@code initdb} is complete. Temporary servers are the
 * exception: a {@code Guardian} process kills them with their parent.
 *
 * <p><b>Threads.</b> Every call may block for the length of a start; none uses a thread of its own.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.embedded;
