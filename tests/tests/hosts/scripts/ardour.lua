-- Ardour's engine without its window: a session with a track for each plug-in that PLUGINS names (`LV2 URI` or `VST3 UID`, one a
-- line), which is rendered; then the same session, saved, closed and opened again. What is heard lies with the session's
-- sounds, as `new-N` and `saved-N`.

local folder, rate = os.getenv ("HOME") .. "/session", 48000

AudioEngine:set_backend ("None (Dummy)", "", "")
AudioEngine:set_device_name ("Silence")

local function render (track, name)
	local heard = track:bounce_range (0, 2 * rate, ARDOUR.InterThreadInfo (), track:main_outs (), false, name)
	assert (not heard:isnil (), name .. " was not rendered")
end

local function track_with (session, number, kind, id)
	local track
	local tracks =
		session:new_audio_track (2, 2, nil, 1, tostring (number), ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
	for one in tracks:iter () do track = one end
	local bursts = ARDOUR.LuaAPI.new_luaproc (session, "Bursts")
	local plugin = ARDOUR.LuaAPI.new_plugin (session, id, ARDOUR.PluginType[kind], "")
	assert (not bursts:isnil () and not plugin:isnil (), id .. " is not there")
	assert (track:add_processor_by_index (bursts, 0, nil, true) == 0, "no bursts")
	assert (track:add_processor_by_index (plugin, 1, nil, true) == 0, id .. " was refused")
	return track
end

local function new ()
	local session = create_session (folder, "session", rate)
	local number = 0
	for kind, id in os.getenv ("PLUGINS"):gmatch ("(%S+) (%S+)") do
		number = number + 1
		render (track_with (session, number, kind, id), "new-" .. number)
	end
	session:save_state ("")
	-- The same tracks go on sounding while something happens outside: four seconds, by which a plug-in has looked, and then two.
	local outside = os.getenv ("OUTSIDE")
	if outside then
		assert (os.execute (outside), outside .. " failed")
		for _, name in ipairs { "looks", "looks-again", "after" } do
			for route in session:get_tracks ():iter () do
				render (route:to_track (), name .. "-" .. route:name ())
			end
		end
	end
end

local function saved ()
	local outside = os.getenv ("ONCE_SAVED")
	assert (not outside or os.execute (outside), "nothing became of it")
	local session = load_session (folder, "session")
	for route in session:get_tracks ():iter () do
		render (route:to_track (), "saved-" .. route:name ())
	end
end

for _, part in ipairs { new, saved } do
	part ()
	collectgarbage ()
	close_session ()
end
print ("both rendered")
quit ()
