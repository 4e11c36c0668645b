/**
 * The attacks of {@code src/test/attacks}, each a program that says in one line how it went, and
 * the programs that must keep working. {@code attacks.table} says what is expected; the README
 * shows the same table.
 */
package org.polykern.jail.attack;
