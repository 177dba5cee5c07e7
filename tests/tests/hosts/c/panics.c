/* The sample plug-in in C with a library that is broken: whatever it asks of its license, the library panics. Compiled with
   `-Dgf_check=panics` around the plug-in's own source. */

#include <gatefold.h>

gf_result gf_test_panic(void);

gf_result panics(const gf_license *license, gf_status *status) {
  (void)license, (void)status;
  return gf_test_panic();
}
