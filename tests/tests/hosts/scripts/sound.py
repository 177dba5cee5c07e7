"""Stereo sound as plain samples, left and right in turn."""

import numpy

RATE_HZ = 16_000


def read(path):
    return numpy.fromfile(path, "<f4").reshape(-1, 2).T.copy()


def write(path, sound):
    sound.T.astype("<f4").tofile(path)
