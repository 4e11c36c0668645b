package org.polykern.accel.cuda;

import java.util.Locale;

/** Where a device sits on the PCI bus. */
record PciAddress(int domain, int bus, int device) {
  /** As sysfs writes it: {@code 0000:3b:00.0}. */
  String text() {
    return String.format(Locale.ROOT, "%04x:%02x:%02x.0", domain, bus, device);
  }
}
