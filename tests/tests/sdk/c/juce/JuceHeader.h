// What the guide's snippet names of JUCE, declared as JUCE declares it, and working as far as the test needs it.

#pragma once

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

#define JucePlugin_VersionString "2.1.0"

namespace juce {

class String {
public:
    String() = default;
    String(const char *text) : text(text) {}
    String(const std::string &text) : text(text) {}
    explicit String(int number) : text(std::to_string(number)) {}
    const char *toRawUTF8() const { return text.c_str(); }

    friend String operator+(const char *left, const String &right) { return left + right.text; }
    friend String operator+(const String &left, const char *right) { return left.text + right; }

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
    // As JUCE asserts it: who derives stops it, or it may call what is gone.
    virtual ~Timer() {
        if (interval > 0) std::abort();
    }
    virtual void timerCallback() = 0;
    void startTimer(int milliseconds) noexcept { interval = milliseconds; }
    void stopTimer() noexcept { interval = 0; }

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
