package org.polykern.gateway.http;

/** What of a request's body an endpoint wants. */
public enum BodyKind {
  BYTES,
  /** It is multipart/form-data. */
  FILES,
  /** It is left unread, which an upgrade to a WebSocket needs. */
  NONE
}
