"""with_pedalboard.py PLUGIN IN NEW SAVED: a new instance, what its license control reads, and one that is given the first one's
state, once ONCE_SAVED, a line of shell, was run."""

import os
import subprocess
import sys

from pedalboard import load_plugin

from sound import RATE_HZ, read, write

plugin, source, new, saved = sys.argv[1:]
first = load_plugin(plugin)
write(new, first(read(source), RATE_HZ))
print(first.parameters["license"].string_value)

state = first.raw_state
if "ONCE_SAVED" in os.environ:
    subprocess.run(os.environ["ONCE_SAVED"], shell=True, check=True)
second = load_plugin(plugin)
second.raw_state = state
write(saved, second(read(source), RATE_HZ))
print(second.parameters["license"].string_value)
