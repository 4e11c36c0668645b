/* A driver library for tests, with NVML's binary interface. What it answers stands in the file
 * "state" beside it, read again at each call: lines "key value", such as "gpu.0.uuid GPU-a".
 *
 * call.FUNCTION CODE   this call fails
 * gpu.N.code CODE      every call on this GPU fails
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  OK = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6,
  INSUFFICIENT_SIZE = 7, TIMEOUT = 10, VERSION_MISMATCH = 25
};

typedef struct { int gpu; int slice; } device_t;                       /* opaque to callers */
typedef struct { uint64_t total, free, used; } memory_t;
typedef struct { uint32_t version; uint64_t total, reserved, free, used; } memory_v2_t;
typedef struct { uint32_t gpu, memory; } utilization_t;
typedef struct {
  char bus_id_legacy[16];
  uint32_t domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
} pci_info_t;
typedef struct { uint32_t pid; uint64_t used; uint32_t gi, ci; } process_t;
typedef struct { uint32_t sm, copy, decoder, encoder, jpeg, ofa, slices, ci_slices; uint64_t mb; } attributes_t;
typedef struct { device_t *device; uint64_t type, data; uint32_t gi, ci; } event_t;

_Static_assert(sizeof(memory_t) == 24, "nvmlMemory_t");
_Static_assert(sizeof(memory_v2_t) == 40, "nvmlMemory_v2_t");
_Static_assert(sizeof(pci_info_t) == 68, "nvmlPciInfo_t");
_Static_assert(sizeof(process_t) == 24, "nvmlProcessInfo_t");
_Static_assert(sizeof(attributes_t) == 40, "nvmlDeviceAttributes_t");
_Static_assert(sizeof(event_t) == 32, "nvmlEventData_t");

#define MOST 16
static device_t devices[MOST][MOST + 1]; /* slice 0 = the whole GPU */
static int started;
static int delivered;
static int event_set;

static int find(const char *key, char *value, size_t size) {
  Dl_info self;
  char path[PATH_MAX], line[512], name[256];
  if (!dladdr((void *)&find, &self)) return 0;
  snprintf(path, sizeof path, "%s", self.dli_fname);
  char *slash = strrchr(path, '/');
  snprintf(slash, sizeof path - (size_t)(slash - path), "/state");
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  int found = 0;
  while (fgets(line, sizeof line, file)) {
    int rest = 0;
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "%255s %n", name, &rest) == 1 && strcmp(name, key) == 0) {
      snprintf(value, size, "%s", line + rest);
      found = 1;
    }
  }
  fclose(file);
  return found;
}

static long long number(const char *key, long long otherwise) {
  char value[512];
  return find(key, value, sizeof value) ? atoll(value) : otherwise;
}

static const char *key_of(const device_t *d, const char *what) {
  static char key[128];
  if (d->slice > 0) snprintf(key, sizeof key, "gpu.%d.mig.%d.%s", d->gpu, d->slice - 1, what);
  else snprintf(key, sizeof key, "gpu.%d.%s", d->gpu, what);
  return key;
}

/* What a call on a device answers before anything else. */
static int gate(const char *function, const device_t *d) {
  char key[128];
  if (!started) return UNINITIALIZED;
  snprintf(key, sizeof key, "call.%s", function);
  int code = (int)number(key, OK);
  if (code != OK || !d) return code;
  snprintf(key, sizeof key, "gpu.%d.code", d->gpu);
  return (int)number(key, OK);
}

#define GATE(d) do { int gated = gate(__func__, d); if (gated != OK) return gated; } while (0)

static int text(const char *key, char *out, unsigned size) {
  char value[512];
  if (!find(key, value, sizeof value)) return NOT_SUPPORTED;
  if (strlen(value) + 1 > size) return INSUFFICIENT_SIZE;
  strcpy(out, value);
  return OK;
}

static int word(const device_t *d, const char *what, unsigned *out) {
  long long value = number(key_of(d, what), -1);
  if (value < 0) return NOT_SUPPORTED;
  *out = (unsigned)value;
  return OK;
}

int nvmlInit_v2(void) {
  int code = (int)number("call.nvmlInit_v2", OK);
  for (int g = 0; g < MOST; g++)
    for (int s = 0; s <= MOST; s++) devices[g][s] = (device_t){g, s};
  if (code == OK) started++;
  return code;
}

int nvmlShutdown(void) {
  if (!started) return UNINITIALIZED;
  started--;
  return OK;
}

const char *nvmlErrorString(int code) { return code == 999 ? "Unknown Error" : "Some Error"; }

int nvmlSystemGetDriverVersion(char *out, unsigned size) { GATE(NULL); return text("driver", out, size); }
int nvmlSystemGetNVMLVersion(char *out, unsigned size) { GATE(NULL); return text("nvml", out, size); }
int nvmlSystemGetCudaDriverVersion_v2(int *out) { GATE(NULL); *out = (int)number("cuda", 0); return OK; }

int nvmlDeviceGetCount_v2(unsigned *out) { GATE(NULL); *out = (unsigned)number("count", 0); return OK; }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device_t **out) {
  if (index >= (unsigned)number("count", 0)) return INVALID_ARGUMENT;
  GATE(&devices[index][0]);
  *out = &devices[index][0];
  return OK;
}

int nvmlDeviceGetName(device_t *d, char *out, unsigned size) {
  GATE(d);
  return text(key_of(d, "name"), out, size);
}
int nvmlDeviceGetUUID(device_t *d, char *out, unsigned size) {
  GATE(d);
  return text(key_of(d, "uuid"), out, size);
}
int nvmlDeviceGetMinorNumber(device_t *d, unsigned *out) { GATE(d); return word(d, "minor", out); }

static void address(const char *hex, pci_info_t *out) {
  memset(out, 0, sizeof *out);
  sscanf(hex, "%x:%x:%x", &out->domain, &out->bus, &out->device);
  snprintf(out->bus_id, sizeof out->bus_id, "%08X:%02X:%02X.0", out->domain, out->bus, out->device);
}

int nvmlDeviceGetPciInfo_v3(device_t *d, pci_info_t *out) {
  char value[64];
  GATE(d);
  if (!find(key_of(d, "bus"), value, sizeof value)) return NOT_SUPPORTED;
  address(value, out);
  return OK;
}

int nvmlDeviceGetMemoryInfo(device_t *d, memory_t *out) {
  GATE(d);
  out->total = (uint64_t)number(key_of(d, "total"), 0);
  out->used = (uint64_t)number(key_of(d, "used"), 0) + (uint64_t)number(key_of(d, "reserved"), 0);
  out->free = out->total - out->used;
  return OK;
}

int nvmlDeviceGetMemoryInfo_v2(device_t *d, memory_v2_t *out) {
  GATE(d);
  if (out->version != (sizeof *out | 2u << 24)) return VERSION_MISMATCH;
  out->total = (uint64_t)number(key_of(d, "total"), 0);
  out->reserved = (uint64_t)number(key_of(d, "reserved"), 0);
  out->used = (uint64_t)number(key_of(d, "used"), 0);
  out->free = out->total - out->used - out->reserved;
  return OK;
}

int nvmlDeviceGetUtilizationRates(device_t *d, utilization_t *out) {
  GATE(d);
  out->memory = 7;
  return word(d, "busy", &out->gpu);
}
int nvmlDeviceGetPowerUsage(device_t *d, unsigned *out) { GATE(d); return word(d, "power", out); }
int nvmlDeviceGetEnforcedPowerLimit(device_t *d, unsigned *out) { GATE(d); return word(d, "limit", out); }
int nvmlDeviceGetTemperature(device_t *d, int sensor, unsigned *out) {
  GATE(d);
  return sensor == 0 ? word(d, "celsius", out) : INVALID_ARGUMENT;
}
int nvmlDeviceGetNumGpuCores(device_t *d, unsigned *out) { GATE(d); return word(d, "cores", out); }
int nvmlDeviceGetCudaComputeCapability(device_t *d, int *major, int *minor) {
  GATE(d);
  long long both = number(key_of(d, "capability"), 90);
  *major = (int)(both / 10);
  *minor = (int)(both % 10);
  return OK;
}

int nvmlDeviceGetAttributes_v2(device_t *d, attributes_t *out) {
  GATE(d);
  if (d->slice == 0) return NOT_SUPPORTED;
  memset(out, 0, sizeof *out);
  out->sm = (uint32_t)number(key_of(d, "sm"), 0);
  out->slices = (uint32_t)number(key_of(d, "slices"), 1);
  out->ci_slices = (uint32_t)number(key_of(d, "ci-slices"), out->slices);
  out->mb = (uint64_t)number(key_of(d, "mb"), 0);
  return OK;
}

/* gpu.0.processes 100:1048576,200:all-ones */
int nvmlDeviceGetComputeRunningProcesses_v3(device_t *d, unsigned *count, process_t *out) {
  char value[512], *rest = value, *part;
  unsigned n = 0;
  GATE(d);
  if (!find(key_of(d, "processes"), value, sizeof value)) value[0] = 0;
  while ((part = strsep(&rest, ",")) && *part) {
    if (n < *count) {
      unsigned long long used;
      unsigned pid;
      if (sscanf(part, "%u:%llu", &pid, &used) != 2) used = UINT64_MAX;
      out[n] = (process_t){pid, used, UINT32_MAX, UINT32_MAX};
    }
    n++;
  }
  int fits = n <= *count;
  *count = n;
  return fits ? OK : INSUFFICIENT_SIZE;
}

int nvmlDeviceGetMigMode(device_t *d, unsigned *current, unsigned *pending) {
  GATE(d);
  *pending = 0;
  return word(d, "mig", current);
}
int nvmlDeviceGetMaxMigDeviceCount(device_t *d, unsigned *out) {
  GATE(d);
  *out = 7;
  return OK;
}
int nvmlDeviceGetMigDeviceHandleByIndex(device_t *d, unsigned index, device_t **out) {
  char value[128];
  GATE(d);
  device_t *slice = &devices[d->gpu][index + 1];
  if (!find(key_of(slice, "uuid"), value, sizeof value)) return NOT_FOUND;
  *out = slice;
  return OK;
}
int nvmlDeviceGetGpuInstanceId(device_t *d, unsigned *out) { GATE(d); return word(d, "gi", out); }
int nvmlDeviceGetComputeInstanceId(device_t *d, unsigned *out) { GATE(d); return word(d, "ci", out); }

int nvmlDeviceGetTotalEccErrors(device_t *d, int type, int counter, unsigned long long *out) {
  GATE(d);
  if (type != 1 || counter != 0) return INVALID_ARGUMENT;
  long long errors = number(key_of(d, "uncorrected"), -1);
  if (errors < 0) return NOT_SUPPORTED;
  *out = (unsigned long long)errors;
  return OK;
}
int nvmlDeviceGetRemappedRows(device_t *d, unsigned *c, unsigned *u, unsigned *pending, unsigned *failed) {
  GATE(d);
  *c = *u = 0;
  *pending = (unsigned)number(key_of(d, "rows-pending"), 0);
  *failed = (unsigned)number(key_of(d, "rows-failed"), 0);
  return OK;
}

int nvmlDeviceGetTopologyCommonAncestor(device_t *a, device_t *b, int *out) {
  char key[64];
  GATE(a);
  int low = a->gpu < b->gpu ? a->gpu : b->gpu, high = a->gpu < b->gpu ? b->gpu : a->gpu;
  snprintf(key, sizeof key, "ancestor.%d.%d", low, high);
  *out = (int)number(key, 50);
  return OK;
}

/* gpu.0.link.3 0:3b:0 is a link to that GPU, "switch" one to a switch, "off" is inactive. */
static int link_end(const device_t *d, unsigned link, char *value, size_t size) {
  char what[32];
  snprintf(what, sizeof what, "link.%u", link);
  return find(key_of(d, what), value, size);
}
int nvmlDeviceGetNvLinkState(device_t *d, unsigned link, unsigned *out) {
  char value[64];
  GATE(d);
  if (!link_end(d, link, value, sizeof value)) return INVALID_ARGUMENT;
  *out = strcmp(value, "off") != 0;
  return OK;
}
int nvmlDeviceGetNvLinkRemoteDeviceType(device_t *d, unsigned link, int *out) {
  char value[64];
  GATE(d);
  if (!link_end(d, link, value, sizeof value)) return INVALID_ARGUMENT;
  *out = strcmp(value, "switch") == 0 ? 2 : 0;
  return OK;
}
int nvmlDeviceGetNvLinkRemotePciInfo_v2(device_t *d, unsigned link, pci_info_t *out) {
  char value[64];
  GATE(d);
  if (!link_end(d, link, value, sizeof value)) return INVALID_ARGUMENT;
  address(value, out);
  return OK;
}

int nvmlEventSetCreate(void **out) { GATE(NULL); *out = &event_set; return OK; }
int nvmlDeviceRegisterEvents(device_t *d, unsigned long long types, void *set) {
  GATE(d);
  return types == 8 && set == &event_set ? OK : INVALID_ARGUMENT;
}
/* event.0 GPU:XID, each delivered once */
int nvmlEventSetWait_v2(void *set, event_t *out, unsigned timeout) {
  char key[32], value[64];
  unsigned gpu;
  unsigned long long xid;
  GATE(NULL);
  if (set != &event_set || timeout != 0) return INVALID_ARGUMENT;
  snprintf(key, sizeof key, "event.%d", delivered);
  if (!find(key, value, sizeof value) || sscanf(value, "%u:%llu", &gpu, &xid) != 2) return TIMEOUT;
  delivered++;
  *out = (event_t){&devices[gpu][0], 8, xid, UINT32_MAX, UINT32_MAX};
  return OK;
}
int nvmlEventSetFree(void *set) { return set == &event_set ? OK : INVALID_ARGUMENT; }
