package org.polykern.gateway.http;

/** Who may use a route. */
public enum Access {
  /** Nobody is asked who they are; signatures are not even looked at. */
  ANONYMOUS,
  USER,
  /** The same, or a browser's page that has the cookie for this very terminal. */
  TERMINAL,
  ADMIN,
  SUPERADMIN
}
