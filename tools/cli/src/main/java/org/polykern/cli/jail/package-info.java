/**
 * The jail by itself: {@code polykern jail run, trace, check, ask, show}, which need no server and
 * start none.
 *
 * <p>{@link org.polykern.cli.jail.JailCommandLine} is a command tree of its own, so that the client
 * loads nothing of it. {@code NamedPolicy} finds the policy that a word means, {@code Identity} as
 * whom the program runs, {@code JailRun} compiles, starts and waits; what the policy language and
 * the filter mean is all in the module {@code jail-native}. The native parts are files that the
 * launcher names: {@code polykern.jail.helper} and {@code polykern.jail.library}.
 *
 * <p>The main thread waits for the program; signal threads pass signals on. The helper ends
 * everything when the main thread ends, also by SIGKILL.
 */
@NullMarked
package org.polykern.cli.jail;

import org.jspecify.annotations.NullMarked;
