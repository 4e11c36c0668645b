/**
 * The terminal as a page for browsers: static files, and the way from a signed request to the page
 * ({@link org.polykern.gateway.auth.TerminalPasses}).
 *
 * <p>The page is HTML, a style sheet and two scripts of ours, and xterm.js as its WebJar has it;
 * nothing is loaded from elsewhere. Files are read once, at start; a file's address has a hash of
 * its content, so that browsers may keep it for ever. The page keeps no secret: what it may do is
 * in a cookie that scripts cannot read.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.terminal;
