/**
 * The service ports of a kernel: which ones it has ({@code docs/streams.md}, "Services"), and which
 * ports of the machine stand for them where sessions share its network. Pure but for {@link
 * org.polykern.agent.service.FreePorts}, which tries to bind.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.service;
