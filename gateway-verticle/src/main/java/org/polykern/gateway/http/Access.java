package org.polykern.gateway.http;

/** Who may use a route. */
public enum Access {
  /** Nobody is asked who they are; signatures are not even looked at. */
  ANONYMOUS,
  USER,
  ADMIN,
  SUPERADMIN
}
