/* lv2 PLUGIN.so: an LV2 called as a host calls it that offers a log, a worker and a place for states. What is to be done comes as
   lines on standard input, and each is answered with a line:

   new          makes an instance; what it says in the log, or "silent"
   activate     activates it
   play N       N blocks of a quiet steady sound; the last sample of the left side, and what the license port reads
   put X        one block whose first sample is X (nan, inf, 3e38, 1e-40), likewise
   turn X       the first control, from now on
   work         does the work that was asked for; how much there was
   save         keeps the instance's state, in place of the last one
   load         hands it the state that is kept
   close        lets it go */

#define _GNU_SOURCE

#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <dlfcn.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 256, RATE = 48000, PORTS = 8, LEAST = 4 };

static const LV2_Descriptor *plugin;
static LV2_Handle instance;
static char said[512];
static unsigned scheduled;
static float sides[LEAST][FRAMES], controls[PORTS];
/* Left and right in and out, then what is turned: of the one in Rust three, of the one in C one; then the license. */
static int turned;

static char *uris[64];
static LV2_URID map(LV2_URID_Map_Handle handle, const char *uri) {
  (void)handle;
  for (LV2_URID at = 0; at < 64; at++) {
    if (uris[at] == NULL) uris[at] = strdup(uri);
    if (strcmp(uris[at], uri) == 0) return at + 1;
  }
  return 0;
}

static int say_all(LV2_Log_Handle handle, LV2_URID type, const char *format, va_list words) {
  (void)handle, (void)type;
  return vsnprintf(said, sizeof said, format, words);
}

static int say(LV2_Log_Handle handle, LV2_URID type, const char *format, ...) {
  va_list words;
  va_start(words, format);
  const int length = say_all(handle, type, format, words);
  va_end(words);
  return length;
}

static LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle handle, uint32_t size, const void *data) {
  (void)handle, (void)size, (void)data;
  scheduled++;
  return LV2_WORKER_SUCCESS;
}

static LV2_Worker_Status respond(LV2_Worker_Respond_Handle handle, uint32_t size, const void *data) {
  (void)handle, (void)size, (void)data;
  return LV2_WORKER_SUCCESS;
}

/* One property is all that either keeps. */
static struct { uint32_t key, type, flags; size_t size; unsigned char value[64]; } kept;

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void *value, size_t size, uint32_t type, uint32_t flags) {
  (void)handle;
  if (size > sizeof kept.value) return LV2_STATE_ERR_NO_SPACE;
  kept.key = key, kept.type = type, kept.flags = flags, kept.size = size;
  memcpy(kept.value, value, size);
  return LV2_STATE_SUCCESS;
}

static const void *retrieve(LV2_State_Handle handle, uint32_t key, size_t *size, uint32_t *type, uint32_t *flags) {
  (void)handle;
  if (key != kept.key) return NULL;
  *size = kept.size, *type = kept.type, *flags = kept.flags;
  return kept.value;
}

static void make(void) {
  static LV2_URID_Map uri_map = {NULL, map};
  static LV2_Log_Log log = {NULL, say, say_all};
  static LV2_Worker_Schedule worker = {NULL, schedule};
  static const LV2_Feature mapping = {LV2_URID__map, &uri_map}, logging = {LV2_LOG__log, &log},
                           working = {LV2_WORKER__schedule, &worker};
  static const LV2_Feature *features[] = {&mapping, &logging, &working, NULL};
  strcpy(said, "silent\n");
  instance = plugin->instantiate(plugin, RATE, "", features);
  for (uint32_t side = 0; side < LEAST; side++) plugin->connect_port(instance, side, sides[side]);
  for (uint32_t port = LEAST; port < PORTS; port++) plugin->connect_port(instance, port, &controls[port]);
  fputs(said, stdout);
}

static void play(unsigned blocks, float first) {
  bool is_sound = true;
  for (unsigned block = 0; block < blocks; block++) {
    for (int frame = 0; frame < FRAMES; frame++) sides[0][frame] = sides[1][frame] = 0.1f;
    if (block == 0) sides[0][0] = sides[1][0] = first;
    plugin->run(instance, FRAMES);
    for (int frame = 0; frame < FRAMES; frame++) is_sound &= isfinite(sides[2][frame]) && isfinite(sides[3][frame]);
  }
  printf("%.4f %d%s\n", sides[2][FRAMES - 1], (int)controls[turned], is_sound ? "" : " no sound");
}

static void work(void) {
  const LV2_Worker_Interface *worker = plugin->extension_data(LV2_WORKER__interface);
  for (unsigned one = 0; worker != NULL && one < scheduled; one++) worker->work(instance, respond, NULL, 0, NULL);
  printf("%u\n", scheduled);
  scheduled = 0;
}

int main(int count, char **words) {
  void *library = count == 2 ? dlopen(words[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library == NULL) return 2;
  const LV2_Descriptor *(*descriptor)(uint32_t);
  *(void **)&descriptor = dlsym(library, "lv2_descriptor");
  plugin = descriptor(0);
  turned = strstr(words[1], "-c.so") != NULL ? 5 : 7;
  controls[4] = 35;
  if (turned == 7) controls[5] = 2.4f, controls[6] = 6500;
  const LV2_State_Interface *state = plugin->extension_data(LV2_STATE__interface);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    const char *word = strtok(line, " \n"), *value = strtok(NULL, " \n");
    if (strcmp(word, "new") == 0) make();
    else if (strcmp(word, "activate") == 0) plugin->activate(instance), puts("active");
    else if (strcmp(word, "play") == 0) play((unsigned)atoi(value), 0.1f);
    else if (strcmp(word, "put") == 0) play(1, strtof(value, NULL));
    else if (strcmp(word, "turn") == 0) controls[4] = strtof(value, NULL), puts("turned");
    else if (strcmp(word, "work") == 0) work();
    else if (strcmp(word, "save") == 0) printf("saved %d\n", state->save(instance, store, NULL, 0, NULL));
    else if (strcmp(word, "load") == 0) printf("loaded %d\n", state->restore(instance, retrieve, NULL, 0, NULL));
    else if (strcmp(word, "close") == 0) plugin->deactivate(instance), plugin->cleanup(instance), puts("closed");
    else return 3;
    fflush(stdout);
  }
  return 0;
}
