/* Both vendor libraries for tests, in one file that is built twice: with ROCM_SMI, and with
 * AMD_SMI. What it answers stands in the file "state" beside it, read again at each call: lines
 * "key value", such as "gpu.0.bdf 768". "call.FUNCTION CODE" makes a call fail, "gpu.N.code CODE"
 * every call on that GPU. A key that is missing is "not supported" (2).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OK = 0, INVALID = 1, NOT_SUPPORTED = 2 };

static int started;

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
  return find(key, value, sizeof value) ? strtoll(value, NULL, 0) : otherwise;
}

static int gate(const char *function, int gpu) {
  char key[128];
  if (!started) return INVALID;
  snprintf(key, sizeof key, "call.%s", function);
  int code = (int)number(key, OK);
  if (code != OK || gpu < 0) return code;
  if (gpu >= number("count", 0)) return INVALID;
  snprintf(key, sizeof key, "gpu.%d.code", gpu);
  return (int)number(key, OK);
}

static int told(int gpu, const char *what, char *value, size_t size) {
  char key[128];
  snprintf(key, sizeof key, "gpu.%d.%s", gpu, what);
  return find(key, value, size) ? OK : NOT_SUPPORTED;
}

static int wide(const char *function, int gpu, const char *what, uint64_t *out) {
  char value[128];
  int code = gate(function, gpu);
  if (code == OK) code = told(gpu, what, value, sizeof value);
  if (code == OK) *out = strtoull(value, NULL, 0);
  return code;
}

static int narrow(const char *function, int gpu, const char *what, uint32_t *out) {
  uint64_t value;
  int code = wide(function, gpu, what, &value);
  if (code == OK) *out = (uint32_t)value;
  return code;
}

static int start(const char *function) {
  int code = (int)number(function, OK);
  if (code == OK) started++;
  return code;
}

#ifdef ROCM_SMI

typedef struct { uint32_t major, minor, patch; const char *build; } version_t;
_Static_assert(sizeof(version_t) == 24, "rsmi_version_t");

int rsmi_init(uint64_t flags) { return flags > 1 ? INVALID : start("call.rsmi_init"); }
int rsmi_shut_down(void) { started--; return OK; }
int rsmi_version_get(version_t *out) { *out = (version_t){7, 2, 0, "test"}; return OK; }
int rsmi_num_monitor_devices(uint32_t *out) {
  int code = gate(__func__, -1);
  if (code == OK) *out = (uint32_t)number("count", 0);
  return code;
}
int rsmi_dev_name_get(uint32_t d, char *out, size_t size) {
  char value[256];
  int code = gate(__func__, (int)d);
  if (code == OK) code = told((int)d, "name", value, sizeof value);
  if (code == OK) snprintf(out, size, "%s", value);
  return code;
}
int rsmi_dev_vendor_id_get(uint32_t d, uint16_t *out) {
  uint64_t value;
  int code = wide(__func__, (int)d, "vendor", &value);
  if (code == OK) *out = (uint16_t)value;
  return code;
}
int rsmi_dev_unique_id_get(uint32_t d, uint64_t *out) { return wide(__func__, (int)d, "unique", out); }
int rsmi_dev_pci_id_get(uint32_t d, uint64_t *out) { return wide(__func__, (int)d, "bdf", out); }
int rsmi_dev_drm_render_minor_get(uint32_t d, uint32_t *out) { return narrow(__func__, (int)d, "render", out); }
int rsmi_topo_numa_affinity_get(uint32_t d, uint32_t *out) { return narrow(__func__, (int)d, "node", out); }
int rsmi_dev_memory_total_get(uint32_t d, int type, uint64_t *out) {
  return type == 0 ? wide(__func__, (int)d, "total", out) : INVALID;
}
int rsmi_dev_memory_usage_get(uint32_t d, int type, uint64_t *out) {
  return type == 0 ? wide(__func__, (int)d, "used", out) : INVALID;
}
int rsmi_dev_busy_percent_get(uint32_t d, uint32_t *out) { return narrow(__func__, (int)d, "busy", out); }
int rsmi_dev_power_ave_get(uint32_t d, uint32_t sensor, uint64_t *out) {
  return sensor == 0 ? wide(__func__, (int)d, "power", out) : INVALID;
}
int rsmi_dev_power_get(uint32_t d, uint64_t *out, int *type) {
  *type = 1;
  return wide(__func__, (int)d, "power-now", out);
}
int rsmi_dev_power_cap_get(uint32_t d, uint32_t sensor, uint64_t *out) {
  return sensor == 0 ? wide(__func__, (int)d, "cap", out) : INVALID;
}
int rsmi_dev_temp_metric_get(uint32_t d, uint32_t sensor, int metric, int64_t *out) {
  return sensor == 0 && metric == 0 ? wide(__func__, (int)d, "temperature", (uint64_t *)out) : INVALID;
}

#else

/* One socket per GPU, and a processor that is none. */
static char sockets[16], processors[16], other;
#define AT(p) ((int)((char *)(p) - processors))

int amdsmi_init(uint64_t flags) { return flags != 2 ? INVALID : start("call.amdsmi_init"); }
int amdsmi_shut_down(void) { started--; return OK; }
int amdsmi_get_socket_handles(uint32_t *count, void **out) {
  int code = gate(__func__, -1);
  if (code != OK) return code;
  uint32_t all = (uint32_t)number("count", 0);
  for (uint32_t i = 0; out && i < all && i < *count; i++) out[i] = &sockets[i];
  *count = all;
  return OK;
}
int amdsmi_get_processor_handles(void *socket, uint32_t *count, void **out) {
  if (out && *count >= 2) {
    out[0] = &other;
    out[1] = &processors[(char *)socket - sockets];
  }
  *count = 2;
  return OK;
}
int amdsmi_get_processor_type(void *p, int *out) { *out = p == &other ? 2 : 1; return OK; }
int amdsmi_get_gpu_device_bdf(void *p, uint64_t *out) { return wide(__func__, AT(p), "bdf", out); }
int amdsmi_get_gpu_memory_total(void *p, int type, uint64_t *out) {
  return type == 0 ? wide(__func__, AT(p), "total", out) : INVALID;
}
int amdsmi_get_gpu_memory_usage(void *p, int type, uint64_t *out) {
  return type == 0 ? wide(__func__, AT(p), "used", out) : INVALID;
}
int amdsmi_get_gpu_activity(void *p, uint32_t *out) {
  memset(out, 0, 64);
  return narrow(__func__, AT(p), "busy", out);
}
int amdsmi_topo_get_numa_node_number(void *p, uint32_t *out) { return narrow(__func__, AT(p), "node", out); }
int amdsmi_get_temp_metric(void *p, int sensor, int metric, int64_t *out) {
  return sensor == 0 && metric == 0 ? wide(__func__, AT(p), "temperature", (uint64_t *)out) : INVALID;
}

#endif
