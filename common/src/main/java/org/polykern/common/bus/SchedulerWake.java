package org.polykern.common.bus;

/**
 * A hint that something may be placed or dispatched now. Rows are the truth; losing it only delays.
 */
public record SchedulerWake(String why) {}
