/**
 * Taking in new sessions: {@code POST /session} and its aliases.
 *
 * <p>{@link org.polykern.gateway.create.SessionIntake} runs the checks in the API's order and
 * inserts session, kernels and first history row in one transaction, which is the moment from which
 * the session is never lost. Everything after it (waiting, answering) may die with the process.
 * Names are unique among an owner's live sessions by an index, not by a check, so that two requests
 * at once cannot both win. No state is kept here.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.create;
