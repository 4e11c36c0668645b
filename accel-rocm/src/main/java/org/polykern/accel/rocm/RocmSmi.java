package org.polykern.accel.rocm;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.ShortByReference;

/** Functions of ROCm SMI that have only plain outputs; all return 0 for success. */
interface RocmSmi extends Library {
  int rsmi_init(long flags);

  int rsmi_shut_down();

  /** Major, minor and patch as 32-bit numbers, then a pointer to text. */
  int rsmi_version_get(Pointer version);

  int rsmi_num_monitor_devices(IntByReference count);

  int rsmi_dev_name_get(int device, byte[] name, long length);

  int rsmi_dev_vendor_id_get(int device, ShortByReference id);

  int rsmi_dev_unique_id_get(int device, LongByReference id);

  int rsmi_dev_pci_id_get(int device, LongByReference bdf);

  int rsmi_dev_drm_render_minor_get(int device, IntByReference minor);

  int rsmi_topo_numa_affinity_get(int device, IntByReference node);

  int rsmi_dev_memory_total_get(int device, int type, LongByReference bytes);

  int rsmi_dev_memory_usage_get(int device, int type, LongByReference bytes);

  int rsmi_dev_busy_percent_get(int device, IntByReference percent);

  int rsmi_dev_power_ave_get(int device, int sensor, LongByReference microwatts);

  int rsmi_dev_power_get(int device, LongByReference microwatts, IntByReference type);

  int rsmi_dev_power_cap_get(int device, int sensor, LongByReference microwatts);

  int rsmi_dev_temp_metric_get(int device, int sensor, int metric, LongByReference millidegrees);
}
