/**
 * A model of what a terminal shows, kept by reading all output, so that somebody who comes later
 * sees the same as who was there, and not the noise of half a history.
 *
 * <p>{@code Parser} takes bytes apart, {@code Controls} says what the parts mean, {@code Drawing}
 * does it to the cells of two {@code Page}s, {@code Modes} remembers the switches, and {@code
 * Snapshot} writes all of that as output. The law is that a new screen which is fed a snapshot
 * equals the screen that gave it. Runs of plain text take a path of their own, and rows that
 * scrolled away are used again, since output comes in at tens of megabytes a second.
 *
 * <p>Left out, as nobody would see it or no program of {@code xterm-256color} relies on it: changed
 * palettes, pictures, links, rows of double size, margins at the sides, protected characters.
 */
@NullMarked
package org.polykern.runner.terminal.screen;

import org.jspecify.annotations.NullMarked;
