package org.polykern.agent.inventory;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;

/** An address of this machine, for people. */
public final class HostAddress {
  private HostAddress() {}

  /** An IPv4 address of an outward interface; loopback where there is none. */
  public static String find() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(HostAddress::isOutside)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet4Address.class::isInstance)
          .findFirst()
          .map(java.net.InetAddress::getHostAddress)
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      return "127.0.0.1";
    }
  }

  private static boolean isOutside(NetworkInterface network) {
    try {
      var name = network.getName();
      var ours = name.startsWith("docker") || name.startsWith("br-") || name.startsWith("polykern");
      return network.isUp() && !network.isLoopback() && !network.isVirtual() && !ours;
    } catch (SocketException e) {
      return false;
    }
  }
}
