// What the library exports: its version, the choice of instruction set, and every kernel of the table.
#include "pool.h"
#include "table.h"
#include <string.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#if defined(__aarch64__)
extern const KernelTable fastap_kernels_neon;
#define LOWEST fastap_kernels_neon
#else
extern const KernelTable fastap_kernels_portable;
#define LOWEST fastap_kernels_portable
#endif
#if defined(__x86_64__)
extern const KernelTable fastap_kernels_avx2, fastap_kernels_avx512;
#endif

static const KernelTable *kernels = &LOWEST;

EXPORT int fastap_abi(void) { return FASTAP_ABI; }

/** The best of the named set and those below it that this CPU has; "" for the best of all. Returns its name. */
EXPORT const char *fastap_use_isa(const char *wanted) {
  kernels = &LOWEST;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int any = wanted[0] == 0, wide = any || strcmp(wanted, "avx512") == 0;
  if ((wide || strcmp(wanted, "avx2") == 0) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) kernels = &fastap_kernels_avx2;
  if (wide && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw"))
    kernels = &fastap_kernels_avx512;
#endif
  return kernels->isa;
}

EXPORT void fastap_set_threads(int threads) { pool_set_threads(threads); }
EXPORT int fastap_threads(void) { return pool_threads(); }

#define FORWARD(name, parameters, arguments) \
  EXPORT double fastap_##name parameters {                                                                                                \
    kernels->name arguments;                                                                                                             \
    return pool_missing();                                                                                                               \
  }
FASTAP_KERNELS(FORWARD)
