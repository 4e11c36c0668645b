/**
 * The machine's own OpenSSH programs, pointed at the {@code sshd} of a session: {@link
 * org.polykern.cli.ssh.SshSession} fetches the session's key into a directory that only this user
 * can read, brings {@code sshd} to a port of the loopback, and runs {@code ssh} or {@code scp}
 * there. All of it is gone when the program ends; known_hosts is neither asked nor written.
 */
@NullMarked
package org.polykern.cli.ssh;

import org.jspecify.annotations.NullMarked;
