/**
 * The SSH server of a session: a process of its own in the session's jail, started as the service
 * {@code sshd} of the runner. It can do what the session's user can do, and nothing more, since it
 * runs as that user; what it adds is only a door.
 *
 * <p>Who may enter: the user {@code work}, or the process's own name, with a key of {@code
 * HOME/.ssh/authorized_keys} or the private key that lies in {@code HOME/id_container}. Both files
 * are read anew for each attempt. The server's own keys are made at its first start and kept in
 * {@code HOME/.sshd}, which only the user can read, so that clients meet the same server again.
 *
 * <p>{@link org.polykern.sshd.SessionServer} puts the library's parts together; the protocols,
 * SFTP, SCP and port forwarding are the library's. Ours are programs ({@link
 * org.polykern.sshd.ProgramCommand}, {@link org.polykern.sshd.NativeProgram}): each leads a session
 * and a process group, at a pseudo-terminal or at three pipes, and has a thread for each direction
 * and one that waits for its end. When a connection breaks, its programs get SIGHUP. Ed25519 comes
 * from the JDK ({@link org.polykern.sshd.JdkEd25519}); the library would want another dependency.
 *
 * <p>Needs of the JDK {@code java.base}, {@code java.logging} and {@code java.management}, which is
 * all that the kernel home's runtime has.
 */
@NullMarked
package org.polykern.sshd;

import org.jspecify.annotations.NullMarked;
