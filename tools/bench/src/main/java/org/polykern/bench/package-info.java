/** Budgets and their yardsticks. */
@org.jspecify.annotations.NullMarked
package org.polykern.bench;
