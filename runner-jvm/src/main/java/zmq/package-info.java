/**
 * A stand-in for the one class of JeroMQ 0.6 that costs milliseconds on a single core. Its place in
 * the library's package is what makes the library use it; the packaging lets our classes win.
 */
@NullMarked
package zmq;

import org.jspecify.annotations.NullMarked;
