/* Halo Plate once more, in C: an LV2 of one echo a side, to show how little a plug-in in C has to do. It plays what comes in
   as it is until its license counts, and then with the echo; once an instance plays, it plays until it is gone.

   cc -shared -fPIC -O2 -o halo-plate-c.so halo-plate.c $(pkg-config --cflags --libs gatefold) */

#include <gatefold.h>
#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

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
  atomic_bool is_saved; /* the instance is one of a saved session */
  float *ports[PORTS];
  float *echo[2];
  uint32_t length, at; /* of the echo, in samples */
  float wet;           /* moves slowly, so that nothing clicks */
  LV2_URID mark, number;
} plugin;

/* Looks whether it may be heard. Never takes it back. */
static void look(plugin *self) {
  gf_status status;
  if (self->license == NULL || gf_check(self->license, &status) != GF_OK) return;
  if (status.is_licensed || (status.is_lapsed && atomic_load(&self->is_saved))) atomic_store(&self->plays, true);
}

static void cleanup(LV2_Handle handle) {
  plugin *self = handle;
  gf_close(self->license);
  free(self->echo[0]);
  free(self->echo[1]);
  free(self);
}

static LV2_Handle instantiate(const LV2_Descriptor *descriptor, double rate, const char *bundle,
                              const LV2_Feature *const *features) {
  (void)descriptor, (void)bundle;
  plugin *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->length = (uint32_t)(0.33 * rate) + 1;
  for (int side = 0; side < 2; side++) self->echo[side] = calloc(self->length, sizeof(float));
  if (self->echo[0] == NULL || self->echo[1] == NULL) {
    cleanup(self);
    return NULL;
  }
  for (; features != NULL && *features != NULL; features++) {
    if (strcmp((*features)->URI, LV2_URID__map) == 0) {
      const LV2_URID_Map *map = (*features)->data;
      self->mark = map->map(map->handle, PLUGIN_URI "#saved");
      self->number = map->map(map->handle, "http://lv2plug.in/ns/ext/atom#Int");
    }
  }
  gf_open(&PRODUCT, NULL, &self->license);
  look(self);
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

static void run(LV2_Handle handle, uint32_t frames) {
  plugin *self = handle;
  const int plays = atomic_load_explicit(&self->plays, memory_order_relaxed);
  const float mix = self->ports[MIX] == NULL ? 35.0f : *self->ports[MIX];
  const float wanted = plays ? (mix < 0 ? 0 : mix > 100 ? 1 : mix / 100) : 0;
  if (self->ports[LICENSE] != NULL) *self->ports[LICENSE] = (float)plays;
  for (int port = IN_LEFT; port <= OUT_RIGHT; port++) {
    if (self->ports[port] == NULL) return;
  }
  for (uint32_t frame = 0; frame < frames; frame++) {
    self->wet += (wanted - self->wet) * 0.001f;
    for (int side = 0; side < 2; side++) {
      const float in = self->ports[IN_LEFT + side][frame];
      float *echo = &self->echo[side][self->at];
      const float heard = *echo;
      *echo = in + 0.45f * heard;
      self->ports[OUT_LEFT + side][frame] = in + self->wet * heard;
    }
    self->at = self->at + 1 == self->length ? 0 : self->at + 1;
  }
}

static void deactivate(LV2_Handle handle) { gf_session_stop(((plugin *)handle)->license); }

static LV2_State_Status save(LV2_Handle handle, LV2_State_Store_Function store, LV2_State_Handle state, uint32_t flags,
                             const LV2_Feature *const *features) {
  (void)flags, (void)features;
  const plugin *self = handle;
  const int32_t saved = 1;
  if (self->mark == 0) return LV2_STATE_ERR_NO_FEATURE;
  return store(state, self->mark, &saved, sizeof saved, self->number, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
}

static LV2_State_Status restore(LV2_Handle handle, LV2_State_Retrieve_Function retrieve, LV2_State_Handle state,
                                uint32_t flags, const LV2_Feature *const *features) {
  (void)flags, (void)features;
  plugin *self = handle;
  size_t size;
  uint32_t type, kind;
  if (self->mark != 0 && retrieve(state, self->mark, &size, &type, &kind) != NULL) {
    atomic_store(&self->is_saved, true);
    look(self);
  }
  return LV2_STATE_SUCCESS;
}

static const void *extension_data(const char *uri) {
  static const LV2_State_Interface state = {save, restore};
  return strcmp(uri, LV2_STATE__interface) == 0 ? &state : NULL;
}

LV2_SYMBOL_EXPORT const LV2_Descriptor *lv2_descriptor(uint32_t index) {
  static const LV2_Descriptor descriptor = {PLUGIN_URI, instantiate, connect_port, activate, run, deactivate, cleanup,
                                            extension_data};
  return index == 0 ? &descriptor : NULL;
}
