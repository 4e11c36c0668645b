/**
 * One class per command, each a table of options and a few lines that call the client.
 *
 * <p>{@link org.polykern.cli.command.CommandLineFactory} assembles them and maps failures to exit
 * codes: 0, the program's own, 2 for usage, 3 when the server refused, 4 when it cannot be reached
 * or is not configured, 130 when interrupted. With {@code --json} a command writes exactly one
 * document to standard output, also when it fails; everything for people goes to standard error
 * then.
 */
@NullMarked
package org.polykern.cli.command;

import org.jspecify.annotations.NullMarked;
