"""while_pedalboard_runs.py PLUGIN IN BEFORE AFTER: an instance, and the same one goes on once MEANWHILE, a line of shell, was run and
its license control was read."""

import os
import subprocess
import sys

from pedalboard import load_plugin

from sound import RATE_HZ, read, write

plugin, source, before, after = sys.argv[1:]
running = load_plugin(plugin)
write(before, running(read(source), RATE_HZ))
subprocess.run(os.environ["MEANWHILE"], shell=True, check=True)
print(running.parameters["license"].string_value)
write(after, running(read(source), RATE_HZ, reset=False))
