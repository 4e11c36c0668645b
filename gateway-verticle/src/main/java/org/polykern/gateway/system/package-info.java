/**
 * What clients ask before anything else: version, announcement, state of the service, slot types,
 * and whether their key works. No state of its own; everything is read when asked.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.system;
