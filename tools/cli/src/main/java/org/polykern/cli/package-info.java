/** The command line and its Java client. */
@org.jspecify.annotations.NullMarked
package org.polykern.cli;
