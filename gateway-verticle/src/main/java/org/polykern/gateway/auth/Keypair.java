package org.polykern.gateway.auth;

/**
 * A key pair as stored.
 *
 * @param usable both the key pair and its user are active
 */
record Keypair(Caller caller, String secretKey, boolean usable) {
  @Override
  public String toString() {
    return "Keypair[" + caller.accessKey() + "]"; // the secret never reaches a log
  }
}
