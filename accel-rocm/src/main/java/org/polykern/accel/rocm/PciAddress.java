package org.polykern.accel.rocm;

import java.util.Locale;

/** Where a device sits on the PCI bus; partitions of one GPU share it. */
record PciAddress(long domain, int bus, int device) {
  /** From the form of both libraries; the lowest bits, the function, tell partitions apart. */
  static PciAddress ofBdf(long domain, long bdf) {
    return new PciAddress(domain, (int) (bdf >> 8 & 0xff), (int) (bdf >> 3 & 0x1f));
  }

  /** As sysfs writes it: {@code 0000:3b:00.0}. */
  String text() {
    return String.format(Locale.ROOT, "%04x:%02x:%02x.0", domain, bus, device);
  }
}
