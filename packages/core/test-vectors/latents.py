"""A second implementation of seed -> latent, for the test vectors: Python's standard library alone.

Run: python3 latents.py > latents.json

`bits` are the float32 numbers of the latent as hexadecimal; `sha256` is over the little-endian
float32 numbers of the latents of seeds 0 .. 999 (size 128), one after the other.
"""
import hashlib
import json
import struct
from statistics import NormalDist

MASK = 0xFFFFFFFF
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
FOLD = 0x666F6C64
LATENT, LABEL = 0, 1
inverse = NormalDist().inv_cdf


def threefry(key, counter):
    ks = (key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1])
    x0, x1 = (counter[0] + ks[0]) & MASK, (counter[1] + ks[1]) & MASK
    for block in range(5):
        for r in ROTATIONS[block % 2]:
            x0 = (x0 + x1) & MASK
            x1 = ((x1 << r) | (x1 >> (32 - r))) & MASK
            x1 ^= x0
        x0 = (x0 + ks[(block + 1) % 3]) & MASK
        x1 = (x1 + ks[(block + 2) % 3] + block + 1) & MASK
    return x0, x1


def uniform(key, index):
    high, low = threefry(key, (index, 0))
    return (((high >> 6) << 26) + (low >> 6) + 0.5) / 2**52


def stream(seed, number):
    return threefry((seed & MASK, seed >> 32), (number, FOLD))


def latent(seed, size):
    key = stream(seed, LATENT)
    return [struct.pack('<f', inverse(uniform(key, i))) for i in range(size)]


def label(seed, classes):
    return int(uniform(stream(seed, LABEL), 0) * classes)


seeds = [0, 1, 7, 42, 2**31, 2**32, 2**32 + 1, 2**53 - 1]
digest = hashlib.sha256()
for s in range(1000):
    digest.update(b''.join(latent(s, 128)))
print(json.dumps({
    'latents': [
        {
            'seed': s,
            'bits': [f'{struct.unpack("<I", b)[0]:08x}' for b in latent(s, 8)],
            'label10': label(s, 10),
        }
        for s in seeds
    ],
    'sha256': digest.hexdigest(),
}, indent=2))
