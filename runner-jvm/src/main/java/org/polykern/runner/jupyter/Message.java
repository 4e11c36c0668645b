package org.polykern.runner.jupyter;

import org.polykern.runner.json.JsonObject;

/**
 * A message of the Jupyter wire protocol, as far as a client looks at it.
 *
 * @param type {@code stream}, {@code execute_reply} ...
 * @param parent id of the request that it belongs to; empty when it belongs to none
 * @param header as it came, for replies that must name it as their parent
 */
record Message(String type, String parent, String header, JsonObject content) {}
