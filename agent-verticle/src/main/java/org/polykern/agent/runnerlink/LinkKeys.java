package org.polykern.agent.runnerlink;

import org.zeromq.ZMQ;

/**
 * The agent's CURVE key pair for one kernel, in Z85. The secret is kept in the kernel's state file
 * and nowhere else; {@code toString} does not show it.
 */
public record LinkKeys(String publicKey, String secretKey) {
  public static LinkKeys generate() {
    var pair = ZMQ.Curve.generateKeyPair();
    return new LinkKeys(pair.publicKey, pair.secretKey);
  }

  @Override
  public String toString() {
    return "LinkKeys[" + publicKey + "]";
  }
}
