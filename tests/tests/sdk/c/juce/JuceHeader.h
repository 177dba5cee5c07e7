// What the guide's snippet names of JUCE, declared as JUCE declares it, and working as far as the test needs it.

#pragma once

#include <atomic>
#include <cstdio>
#include <string>

#define JucePlugin_VersionString "2.1.0"

namespace juce {

class String {
public:
    String() = default;
    String(const char *text) : text(text) {}
    String(const std::string &text) : text(text) {}
    const char *toRawUTF8() const { return text.c_str(); }

private:
    std::string text;
};

class URL {
public:
    URL(const String &url) : url(url) {}
    bool launchInDefaultBrowser() const { return std::printf("opens %s\n", url.toRawUTF8()) > 0; }

private:
    String url;
};

class Timer {
public:
    virtual ~Timer() = default;
    virtual void timerCallback() = 0;
    void startTimer(int milliseconds) noexcept { interval = milliseconds; }

private:
    int interval = 0;
};

class PluginHostType {
public:
    const char *getHostDescription() const noexcept { return "Stand-in"; }
};

template <typename Sample>
class AudioBuffer {};
class MidiBuffer {};

class AudioProcessor {
public:
    virtual ~AudioProcessor() = default;
    virtual void prepareToPlay(double sampleRate, int maximumExpectedSamplesPerBlock) = 0;
    virtual void releaseResources() = 0;
    virtual void processBlock(AudioBuffer<float> &buffer, MidiBuffer &midiMessages) = 0;
};

} // namespace juce
