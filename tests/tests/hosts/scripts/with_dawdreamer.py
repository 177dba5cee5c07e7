"""with_dawdreamer.py PLUGIN IN NEW: a new instance, and what its license control reads. A state can be loaded into plug-ins with an
editor alone."""

import sys

import dawdreamer

from sound import RATE_HZ, read, write

plugin, source, new = sys.argv[1:]
engine = dawdreamer.RenderEngine(RATE_HZ, 512)
effect = engine.make_plugin_processor("effect", plugin)
sound = read(source)
player = engine.make_playback_processor("player", sound)
engine.load_graph([(player, []), (effect, ["player"])])
engine.render(sound.shape[1] / RATE_HZ)
write(new, engine.get_audio())
print(*(one["currentValText"] for one in effect.get_parameters_description() if one["name"] == "License"))
