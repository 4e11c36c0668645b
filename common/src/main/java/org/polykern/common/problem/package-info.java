/**
 * Errors as values. A {@link org.polykern.common.problem.Problem} has a stable code, a class that
 * decides HTTP status, retry and blame, and a sentence. It crosses the bus as it is; the edge maps
 * it once to {@code application/problem+json}.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.problem;
