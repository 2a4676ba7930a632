"""Expected numbers of packages/frame/src/random.ts, from an implementation that shares no code with it.

xoshiro128** follows the definition of Blackman and Vigna on Python's whole numbers; the state of a key follows the
description in random.ts (FNV-1a forwards, a multiplicative hash backwards, each mixed by SplitMix32).

Run: python tooling/reference/frame-random.py
"""

import json
import pathlib

MASK = 0xFFFFFFFF


def rotate_left(x, k):
    return ((x << k) | (x >> (32 - k))) & MASK


class Xoshiro128StarStar:
    def __init__(self, state):
        self.state = list(state)

    def uint32(self):
        s = self.state
        result = (rotate_left((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 9) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate_left(s[3], 11)
        return result

    def next(self):
        high, low = self.uint32() >> 5, self.uint32() >> 6
        return (high * 2**26 + low) / 2**53


def split_mix(x):
    z = x & MASK
    z = ((z ^ (z >> 16)) * 0x21F0AAAD) & MASK
    z = ((z ^ (z >> 15)) * 0x735A2D97) & MASK
    return z ^ (z >> 15)


def state_of(key):
    forward, backward = 0x811C9DC5, 0x9747B28C
    for character in key:
        forward = ((forward ^ ord(character)) * 0x01000193) & MASK
    for character in reversed(key):
        backward = ((backward ^ ord(character)) * 0x5BD1E995) & MASK
    return [
        split_mix(forward + (i + 1) * 0x9E3779B9) ^ split_mix(backward + (i + 7) * 0x85EBCA6B) for i in range(4)
    ]


def main():
    plain = Xoshiro128StarStar([1, 2, 3, 4])
    seeded = Xoshiro128StarStar(state_of("42"))
    split = Xoshiro128StarStar(state_of("42/6:fold-3"))
    uniform = Xoshiro128StarStar(state_of("7"))
    values = {
        "state_1_2_3_4": [plain.uint32() for _ in range(10)],
        "seed_42": [seeded.uint32() for _ in range(5)],
        "seed_42_split_fold_3": [split.uint32() for _ in range(5)],
        "seed_7_next": [uniform.next() for _ in range(5)],
    }
    target = pathlib.Path(__file__).parent / "values" / "frame-random.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(values, indent=2) + "\n")


if __name__ == "__main__":
    main()
