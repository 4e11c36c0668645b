/**
 * Volumes, virtual folders, uploads and downloads.
 *
 * <p>Holds nothing yet: it is built with the storage issue. A session's scratch directory belongs
 * to the agent, not to this room.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.storage;
