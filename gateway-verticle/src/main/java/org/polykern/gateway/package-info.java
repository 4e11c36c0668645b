/** The only door for users: HTTP, authentication, REST. */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway;
