ardour {
	["type"] = "dsp",
	name = "Bursts",
	category = "Instrument",
	license = "MIT",
	author = "Gatefold",
	description = "A tenth of a second of tone in each second, half as loud on the right",
}

local rate, at = 48000, 0

function dsp_ioconfig ()
	return { [1] = { audio_in = -1, audio_out = -1 } }
end

function dsp_init (hz)
	rate = hz
end

function dsp_run (ins, outs, frames)
	for side = 1, #outs do
		local samples = {}
		for frame = 1, frames do
			local now = (at + frame - 1) % rate
			samples[frame] = now < rate / 10 and 0.5 / side * math.sin (now * 2 * math.pi * 440 / rate) or 0
		end
		outs[side]:set_table (samples, frames)
	end
	at = at + frames
end
