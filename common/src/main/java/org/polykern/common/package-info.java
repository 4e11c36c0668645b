/**
 * What the verticles share: the domain's vocabulary, bus contracts, configuration and database
 * access.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common;
