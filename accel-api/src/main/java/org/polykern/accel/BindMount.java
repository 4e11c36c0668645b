package org.polykern.accel;

/**
 * A directory or file of the host that the container sees.
 *
 * @param host absolute path on the host
 * @param container absolute path in the container
 */
public record BindMount(String host, String container, boolean readOnly) {}
