/* Halo Plate once more, in C: an LV2 of one echo a side, to show how little a plug-in in C has to do. It plays what comes in
   as it is until its license counts, and then with the echo; once an instance plays, it plays until it is gone.

   cc -shared -fPIC -O2 -o halo-plate-c.so halo-plate.c $(pkg-config --cflags --libs gatefold) -lm */

#include <gatefold.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PLUGIN_URI "https://sleeve.example/plug-ins/halo-plate-c"

enum port { IN_LEFT, IN_RIGHT, OUT_LEFT, OUT_RIGHT, MIX, LICENSE, PORTS };

/* Compiled in. The root key is the demo's, whose secret half is public: a real plug-in has its own. */
static const gf_product PRODUCT = {
    .vendor = "sleeve",
    .root_key = "RWTas7V2R1MUbNA99MvGXhyF2u7yiUUd/T4rKpLlhTjLVEmMuLwz00MB",
    .account = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001",
    .product = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101",
    .binding = GF_BINDING_MACHINE,
    .version = "2.1.0",
};

typedef struct {
  gf_license *license; /* NULL where it could not be opened, which is as no license */
  atomic_bool plays;
  atomic_bool played; /* the session was saved by an instance that played */
  float *ports[PORTS];
  float *echo[2];
  uint32_t length, at; /* of the echo, in samples */
  float wet, step;     /* moves slowly, so that nothing clicks: at most so much a sample */
  LV2_URID mark, number;
  const LV2_Worker_Schedule *worker; /* of the host, or NULL */
  uint32_t look_every, heard;        /* in samples */
} plugin;

/* Looks whether it may be heard. Never takes it back. Not on the audio thread. */
static void look(plugin *self) {
  gf_status status;
  if (self->license == NULL || gf_check(self->license, &status) != GF_OK) return;
  if (status.is_licensed || (status.is_lapsed && atomic_load(&self->played))) atomic_store(&self->plays, true);
}

/* The soft notice: a line in the host's log, with the link that opens Gatefold on this product. */
static void say(const plugin *self, const LV2_Log_Log *log, LV2_URID note) {
  gf_status status;
  char link[257];
  size_t length;
  if (gf_check(self->license, &status) != GF_OK || gf_link(self->license, link, sizeof link, &length) != GF_OK) {
    log->printf(log->handle, note, "Halo Plate in C: Not licensed\n");
  } else if (status.standing == GF_CLOCK_BEHIND) {
    log->printf(log->handle, note, "Halo Plate in C: The clock of this computer is behind: set it right\n");
  } else {
    log->printf(log->handle, note, "Halo Plate in C: %s: %s\n", status.is_lapsed ? "Licensed no more" : "Not licensed", link);
  }
}

static void cleanup(LV2_Handle handle) {
  plugin *self = handle;
  gf_close(self->license);
  free(self->echo[0]);
  free(self->echo[1]);
  free(self);
}

/* What the host offers under a URI. */
static const void *offered(const LV2_Feature *const *features, const char *uri) {
  for (; features != NULL && *features != NULL; features++) {
    if (strcmp((*features)->URI, uri) == 0) return (*features)->data;
  }
  return NULL;
}

static LV2_Handle instantiate(const LV2_Descriptor *descriptor, double rate, const char *bundle,
                              const LV2_Feature *const *features) {
  (void)descriptor, (void)bundle;
  plugin *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->length = (uint32_t)(0.33 * rate) + 1;
  self->step = (float)(20 / rate);
  self->look_every = (uint32_t)(2 * rate);
  for (int side = 0; side < 2; side++) self->echo[side] = calloc(self->length, sizeof(float));
  if (self->echo[0] == NULL || self->echo[1] == NULL) {
    cleanup(self);
    return NULL;
  }
  const LV2_URID_Map *map = offered(features, LV2_URID__map);
  const LV2_Log_Log *log = offered(features, LV2_LOG__log);
  self->worker = offered(features, LV2_WORKER__schedule);
  if (map != NULL) {
    self->mark = map->map(map->handle, PLUGIN_URI "#played");
    self->number = map->map(map->handle, "http://lv2plug.in/ns/ext/atom#Int");
  }
  gf_open(&PRODUCT, NULL, &self->license);
  look(self);
  if (log != NULL && map != NULL && !atomic_load(&self->plays)) say(self, log, map->map(map->handle, LV2_LOG__Note));
  return self;
}

static void connect_port(LV2_Handle handle, uint32_t port, void *to) {
  plugin *self = handle;
  if (port < PORTS) self->ports[port] = to;
}

static void activate(LV2_Handle handle) {
  plugin *self = handle;
  look(self);
  gf_session_start(self->license);
  for (int side = 0; side < 2; side++) memset(self->echo[side], 0, self->length * sizeof(float));
}

/* What goes round in the echo: a sample that is no number, or has no end, would go round for ever; what is quieter than anybody
   hears is slow to work with. */
static float kept(float sample) {
  if (!isfinite(sample) || fabsf(sample) < 1e-12f) return 0;
  return fminf(fmaxf(sample, -1e6f), 1e6f);
}

/* A license that is installed while the host runs is heard: every two seconds of sound the host looks, on a thread that may wait. */
static void ask_to_look(plugin *self, uint32_t frames) {
  const char nothing = 0;
  if (self->worker == NULL || (self->heard += frames) < self->look_every) return;
  self->heard = 0;
  self->worker->schedule_work(self->worker->handle, sizeof nothing, &nothing);
}

static LV2_Worker_Status work(LV2_Handle handle, LV2_Worker_Respond_Function respond, LV2_Worker_Respond_Handle to,
                              uint32_t size, const void *data) {
  (void)respond, (void)to, (void)size, (void)data;
  look(handle);
  return LV2_WORKER_SUCCESS;
}

static void run(LV2_Handle handle, uint32_t frames) {
  plugin *self = handle;
  ask_to_look(self, frames);
  const bool plays = atomic_load_explicit(&self->plays, memory_order_relaxed);
  const float mix = self->ports[MIX] == NULL || isnan(*self->ports[MIX]) ? 35.0f : *self->ports[MIX];
  const float wanted = plays ? fminf(fmaxf(mix / 100, 0), 1) : 0;
  if (self->ports[LICENSE] != NULL) *self->ports[LICENSE] = (float)plays;
  for (int port = IN_LEFT; port <= OUT_RIGHT; port++) {
    if (self->ports[port] == NULL) return;
  }
  for (uint32_t frame = 0; frame < frames; frame++) {
    self->wet += fminf(fmaxf(wanted - self->wet, -self->step), self->step);
    for (int side = 0; side < 2; side++) {
      const float came = self->ports[IN_LEFT + side][frame];
      const float in = isfinite(came) ? came : 0;
      float *echo = &self->echo[side][self->at];
      const float heard = *echo;
      *echo = kept(kept(in) + 0.45f * heard);
      self->ports[OUT_LEFT + side][frame] = in + self->wet * heard;
    }
    self->at = self->at + 1 == self->length ? 0 : self->at + 1;
  }
}

static void deactivate(LV2_Handle handle) { gf_session_stop(((plugin *)handle)->license); }

/* A session keeps whether it was played: once its license has lapsed that is what lets it play on. One that was saved on a
   computer which could not play it keeps what it had. */
static LV2_State_Status save(LV2_Handle handle, LV2_State_Store_Function store, LV2_State_Handle state, uint32_t flags,
                             const LV2_Feature *const *features) {
  (void)flags, (void)features;
  plugin *self = handle;
  const int32_t played = atomic_load(&self->plays) || atomic_load(&self->played);
  if (self->mark == 0) return LV2_STATE_ERR_NO_FEATURE;
  return store(state, self->mark, &played, sizeof played, self->number, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
}

static LV2_State_Status restore(LV2_Handle handle, LV2_State_Retrieve_Function retrieve, LV2_State_Handle state,
                                uint32_t flags, const LV2_Feature *const *features) {
  (void)flags, (void)features;
  plugin *self = handle;
  size_t size = 0;
  uint32_t type, kind;
  const int32_t *played = self->mark == 0 ? NULL : retrieve(state, self->mark, &size, &type, &kind);
  if (played != NULL && size == sizeof *played && *played == 1) {
    atomic_store(&self->played, true);
    look(self);
  }
  return LV2_STATE_SUCCESS;
}

static const void *extension_data(const char *uri) {
  static const LV2_State_Interface state = {save, restore};
  static const LV2_Worker_Interface worker = {work, NULL, NULL};
  if (strcmp(uri, LV2_STATE__interface) == 0) return &state;
  return strcmp(uri, LV2_WORKER__interface) == 0 ? &worker : NULL;
}

LV2_SYMBOL_EXPORT const LV2_Descriptor *lv2_descriptor(uint32_t index) {
  static const LV2_Descriptor descriptor = {PLUGIN_URI, instantiate, connect_port, activate, run, deactivate, cleanup,
                                            extension_data};
  return index == 0 ? &descriptor : NULL;
}
