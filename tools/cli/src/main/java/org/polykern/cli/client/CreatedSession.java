package org.polykern.cli.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The answer to a create call.
 *
 * @param created false when a living session of that name was reused
 * @param document the whole answer
 */
public record CreatedSession(
    String id, String name, String status, boolean created, JsonNode document) {}
