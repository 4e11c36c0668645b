package org.polykern.accel.rocm;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import org.jspecify.annotations.Nullable;

/** Functions of AMD SMI with plain outputs, and two small structures; all return 0 for success. */
interface AmdSmi extends Library {
  int amdsmi_init(long flags);

  int amdsmi_shut_down();

  int amdsmi_get_socket_handles(IntByReference count, Pointer @Nullable [] sockets);

  int amdsmi_get_processor_handles(
      Pointer socket, IntByReference count, Pointer @Nullable [] processors);

  int amdsmi_get_processor_type(Pointer processor, IntByReference type);

  int amdsmi_get_gpu_device_bdf(Pointer processor, LongByReference bdf);

  int amdsmi_get_gpu_memory_total(Pointer processor, int type, LongByReference bytes);

  int amdsmi_get_gpu_memory_usage(Pointer processor, int type, LongByReference bytes);

  /** 64 bytes: percent of the graphics engine, of memory and of media, as 32-bit numbers. */
  int amdsmi_get_gpu_activity(Pointer processor, Pointer activity);

  int amdsmi_topo_get_numa_node_number(Pointer processor, IntByReference node);

  int amdsmi_get_temp_metric(
      Pointer processor, int sensor, int metric, LongByReference temperature);
}
