// A processor on the guide's snippet, through what a host does with it.

#include "snippet.h"

class Processor : public LicensedProcessor {
public:
    void processBlock(juce::AudioBuffer<float> &, juce::MidiBuffer &) override { heard = plays(); }
    bool heard = false;
};

int main(int argc, char **) {
    juce::AudioBuffer<float> audio;
    juce::MidiBuffer midi;
    Processor processor;
    processor.prepareToPlay(48000, 512);
    processor.prepareToPlay(44100, 256);
    processor.processBlock(audio, midi);
    processor.releaseResources();
    std::printf("%d [%s]\n", processor.heard, processor.words().toRawUTF8());
    processor.openGatefold();
    if (argc > 1) {
        // What it saved, loaded into another; then one that a playing instance saved.
        Processor again, other;
        again.loaded(processor.played());
        other.loaded(true);
        std::printf("%d %d, kept %d %d\n", again.plays(), other.plays(), again.played(), other.played());
    }
    return 0;
}
