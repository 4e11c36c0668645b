package org.polykern.gateway.proxy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.auth.ClientAddress;

/** Blocks of addresses, IPv4 and IPv6. No name is ever resolved. */
public record ClientBlocks(List<String> blocks) {
  public ClientBlocks {
    blocks = List.copyOf(blocks);
  }

  /**
   * From a list separated by commas.
   *
   * @throws ProxyException 400 when an item is no block
   */
  public static @Nullable ClientBlocks parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    var blocks = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    for (var block : blocks) {
      if (!isBlock(block)) {
        throw ProxyException.badRequest(
            "Expected addresses or CIDR blocks as allowed_client_ips, but got '" + block + "'.");
      }
    }
    return new ClientBlocks(blocks);
  }

  static boolean isBlock(String text) {
    var slash = text.indexOf('/');
    var address = ClientAddress.literal(slash < 0 ? text : text.substring(0, slash));
    if (address == null || slash < 0) {
      return address != null;
    }
    var prefix = text.substring(slash + 1);
    return prefix.matches("\\d{1,3}")
        && Integer.parseInt(prefix) <= address.getAddress().length * 8;
  }

  public boolean contain(InetAddress address) {
    return blocks.stream().anyMatch(block -> ClientAddress.contains(block, address));
  }

  /** The same for equal lists, whatever their order and case. */
  public String canonical() {
    return String.join(
        ",", blocks.stream().map(b -> b.toLowerCase(Locale.ROOT)).sorted().distinct().toList());
  }
}
