package org.polykern.gateway.auth;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** Blocks of client addresses. */
public final class ClientAddress {
  private ClientAddress() {}

  /** Throws 401 when the address is outside of all blocks, 400 when it is no address. */
  static void requireAllowed(RequestHead head, List<String> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    var forwarded = head.header("X-Forwarded-For");
    var text = forwarded != null ? forwarded.strip() : head.peer();
    var address = literal(text);
    if (address == null) {
      throw Problem.of(
              ProblemCode.INVALID_AUTH_PARAMS,
              "Expected one IP address in X-Forwarded-For, but got '" + text + "'.")
          .toException();
    }
    if (blocks.stream().noneMatch(block -> contains(block, address))) {
      throw Problem.of(ProblemCode.AUTH_FAILED, "'" + text + "' is not allowed IP address")
          .toException();
    }
  }

  /** A block is {@code address/prefix} or one address; one that is neither contains nothing. */
  public static boolean contains(String block, InetAddress address) {
    var slash = block.indexOf('/');
    var network = literal(slash < 0 ? block : block.substring(0, slash));
    if (network == null || network.getAddress().length != address.getAddress().length) {
      return false;
    }
    var bits = network.getAddress().length * 8;
    if (slash >= 0) {
      try {
        bits = Math.clamp(Integer.parseInt(block.substring(slash + 1).strip()), 0, bits);
      } catch (NumberFormatException notANumber) {
        return false;
      }
    }
    return samePrefix(network.getAddress(), address.getAddress(), bits);
  }

  private static boolean samePrefix(byte[] left, byte[] right, int bits) {
    for (var bit = 0; bit < bits; bit++) {
      var mask = 0x80 >> (bit % 8);
      if (((left[bit / 8] ^ right[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Null when the text is not an IP address; never asks DNS. */
  public static @Nullable InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text.strip());
    } catch (IllegalArgumentException notALiteral) {
      return null;
    }
  }
}
