package org.polykern.agent.backend;

/**
 * How the runner is addressed and what it sees.
 *
 * @param bind address to bind
 * @param replin port, 0 = any
 * @param replout port, 0 = any
 * @param streams port, 0 = any
 * @param home the kernel home
 */
public record RunnerPlace(
    String bind,
    int replin,
    int replout,
    int streams,
    String home,
    String config,
    String work,
    String run) {}
