package org.polykern.runner.link;

import java.util.Arrays;

/** A numbered output message. */
final class Output {
  private final MessageType type;
  private final long seq;
  private final byte[] framed;
  private final int bodyAt;

  /**
   * A message.
   *
   * @param seq its number, from 1 without gaps
   * @param framed header, LF and body, as it goes over a line on which hello was said
   * @param bodyAt where the body begins in {@code framed}
   */
  Output(MessageType type, long seq, byte[] framed, int bodyAt) {
    this.type = type;
    this.seq = seq;
    this.framed = framed;
    this.bodyAt = bodyAt;
  }

  MessageType type() {
    return type;
  }

  long seq() {
    return seq;
  }

  int bodyBytes() {
    return framed.length - bodyAt;
  }

  /** The whole payload; not a copy. */
  byte[] framed() {
    return framed;
  }

  /** The body alone, for a peer that speaks the plain protocol. */
  byte[] plain() {
    return Arrays.copyOfRange(framed, bodyAt, framed.length);
  }
}
