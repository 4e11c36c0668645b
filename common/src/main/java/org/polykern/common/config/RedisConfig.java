package org.polykern.common.config;

/** Where Redis is. {@code password} is empty when none is needed. */
public record RedisConfig(String host, int port, String password) {}
