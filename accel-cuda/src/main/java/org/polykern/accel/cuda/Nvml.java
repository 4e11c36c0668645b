package org.polykern.accel.cuda;

import jnr.ffi.Pointer;

/**
 * The functions of the library, by the names of their newest binary form. All but one return a
 * {@link NvmlCode}; handles are pointers. Public only because the binding is generated elsewhere.
 */
public interface Nvml {
  int nvmlInit_v2();

  int nvmlShutdown();

  String nvmlErrorString(int code);

  int nvmlSystemGetDriverVersion(Pointer text, int length);

  int nvmlSystemGetNVMLVersion(Pointer text, int length);

  int nvmlSystemGetCudaDriverVersion_v2(Pointer version);

  int nvmlDeviceGetCount_v2(Pointer count);

  int nvmlDeviceGetHandleByIndex_v2(int index, Pointer handle);

  int nvmlDeviceGetName(Pointer device, Pointer text, int length);

  int nvmlDeviceGetUUID(Pointer device, Pointer text, int length);

  int nvmlDeviceGetMinorNumber(Pointer device, Pointer minor);

  int nvmlDeviceGetPciInfo_v3(Pointer device, Pointer info);

  int nvmlDeviceGetMemoryInfo(Pointer device, Pointer info);

  int nvmlDeviceGetMemoryInfo_v2(Pointer device, Pointer info);

  int nvmlDeviceGetUtilizationRates(Pointer device, Pointer rates);

  int nvmlDeviceGetPowerUsage(Pointer device, Pointer milliwatts);

  int nvmlDeviceGetEnforcedPowerLimit(Pointer device, Pointer milliwatts);

  int nvmlDeviceGetTemperature(Pointer device, int sensor, Pointer celsius);

  int nvmlDeviceGetNumGpuCores(Pointer device, Pointer cores);

  int nvmlDeviceGetCudaComputeCapability(Pointer device, Pointer major, Pointer minor);

  int nvmlDeviceGetAttributes_v2(Pointer device, Pointer attributes);

  int nvmlDeviceGetComputeRunningProcesses_v3(Pointer device, Pointer count, Pointer infos);

  int nvmlDeviceGetMigMode(Pointer device, Pointer current, Pointer pending);

  int nvmlDeviceGetMaxMigDeviceCount(Pointer device, Pointer count);

  int nvmlDeviceGetMigDeviceHandleByIndex(Pointer device, int index, Pointer handle);

  int nvmlDeviceGetGpuInstanceId(Pointer slice, Pointer id);

  int nvmlDeviceGetComputeInstanceId(Pointer slice, Pointer id);

  int nvmlDeviceGetTotalEccErrors(Pointer device, int type, int counter, Pointer count);

  int nvmlDeviceGetRemappedRows(
      Pointer device, Pointer corrected, Pointer uncorrected, Pointer pending, Pointer failed);

  int nvmlDeviceGetTopologyCommonAncestor(Pointer device, Pointer other, Pointer level);

  int nvmlDeviceGetNvLinkState(Pointer device, int link, Pointer active);

  int nvmlDeviceGetNvLinkRemoteDeviceType(Pointer device, int link, Pointer type);

  int nvmlDeviceGetNvLinkRemotePciInfo_v2(Pointer device, int link, Pointer info);

  int nvmlEventSetCreate(Pointer set);

  int nvmlDeviceRegisterEvents(Pointer device, long types, Pointer set);

  int nvmlEventSetWait_v2(Pointer set, Pointer data, int timeoutMillis);

  int nvmlEventSetFree(Pointer set);
}
