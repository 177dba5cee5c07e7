/* callback PLUGIN.so: the LV2 in C, called as a host calls it. Its callback runs block by block while two other threads make
   instances of it, activate them and let them go, each of which looks at the license. Says how often an allocator was asked
   by the thread of the callback: while an instance was made, and within the callback. A trace finds the callback by the two
   paths that are asked for before and after it. */

#include <lv2/core/lv2.h>

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IN_LEFT, IN_RIGHT, OUT_LEFT, OUT_RIGHT, MIX, LICENSE, FRAMES = 64, LEAST_BLOCKS = 2000, LEAST_LOOKS = 200 };

/* What the plug-in itself allocates for an instance; the rest is asked for by the library that it links. */
enum { OWN = 3 };

/* The C library's allocator under its other names: those of this program take the place of the first ones, in plug-ins too. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Thread_local bool is_counted;
static _Thread_local unsigned asked;

static void note(void) { asked += is_counted; }

void *malloc(size_t size) { return note(), __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return note(), __libc_calloc(count, size); }
void *realloc(void *at, size_t size) { return note(), __libc_realloc(at, size); }
void *memalign(size_t to, size_t size) { return note(), __libc_memalign(to, size); }
void *aligned_alloc(size_t to, size_t size) { return note(), __libc_memalign(to, size); }
void free(void *at) { note(), __libc_free(at); }

int posix_memalign(void **to, size_t align, size_t size) {
  note();
  *to = __libc_memalign(align, size);
  return *to == NULL ? ENOMEM : 0;
}

static unsigned counted(void) {
  const unsigned all = asked;
  asked = 0;
  is_counted = false;
  return all;
}

static const LV2_Descriptor *plugin;
static atomic_uint looks;
static atomic_bool done;

static void *look(void *nothing) {
  while (!atomic_load(&done)) {
    const LV2_Handle one = plugin->instantiate(plugin, 48000, "", NULL);
    plugin->activate(one);
    plugin->deactivate(one);
    plugin->cleanup(one);
    atomic_fetch_add(&looks, 1);
  }
  return nothing;
}

int main(int count, char **words) {
  void *library = count == 2 ? dlopen(words[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library == NULL) return 2;
  const LV2_Descriptor *(*descriptor)(uint32_t);
  *(void **)&descriptor = dlsym(library, "lv2_descriptor");
  plugin = descriptor(0);

  is_counted = true;
  const LV2_Handle one = plugin->instantiate(plugin, 48000, "", NULL);
  const unsigned made = counted();

  static float sides[4][FRAMES], mix, license;
  for (uint32_t side = IN_LEFT; side <= OUT_RIGHT; side++) plugin->connect_port(one, side, sides[side]);
  plugin->connect_port(one, MIX, &mix);
  plugin->connect_port(one, LICENSE, &license);
  plugin->activate(one);

  pthread_t others[2];
  for (int other = 0; other < 2; other++) pthread_create(&others[other], NULL, look, NULL);

  access("/no-such-folder/begins", F_OK);
  is_counted = true;
  for (unsigned block = 0; block < LEAST_BLOCKS || atomic_load(&looks) < LEAST_LOOKS; block++) {
    mix = (float)(block % 100);
    for (int frame = 0; frame < FRAMES; frame++) sides[IN_LEFT][frame] = sides[IN_RIGHT][frame] = frame == 0;
    plugin->run(one, FRAMES);
  }
  const unsigned called = counted();
  access("/no-such-folder/ends", F_OK);

  atomic_store(&done, true);
  for (int other = 0; other < 2; other++) pthread_join(others[other], NULL);
  plugin->deactivate(one);
  plugin->cleanup(one);
  printf("%s, asked %s when made, %u times in the callback\n", license > 0 ? "plays" : "as it came", made > OWN ? "some" : "never",
         called);
  return 0;
}
