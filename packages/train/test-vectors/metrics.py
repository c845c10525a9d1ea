"""A second implementation of the metrics, for the test vectors: numpy, and PyTorch for the network of the features (Node
reads its files).

Run: npm install nsfwjs@4.3.0 --legacy-peer-deps, then
python3 metrics.py ../../../node_modules/nsfwjs > metrics.json

Every window of SSIM is weighted in two dimensions and its variances are sums of squared deviations; KID is sums over
index pairs. The network is run layer by layer from the file's own description of it.
"""
import base64
import json
import os
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F


def draw(seed, count):
    """Bytes of a linear congruential generator, so that the tests can make the same ones."""
    out, state = [], seed
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(state >> 24)
    return np.array(out)


def noise(seed, width, height, channels):
    return draw(seed, width * height * channels).reshape(height, width, channels)


def slope(width, height, channels):
    """A smooth picture: a plane of another direction in each channel."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing='ij')
    return (x * (2 + c) + y * (5 - c)) % 256


def near(picture, seed):
    """The picture with each byte up to 8 levels off."""
    return np.clip(picture + draw(seed, picture.size).reshape(picture.shape) % 17 - 8, 0, 255)


def l1(a, b):
    return np.abs(a - b).mean() / 255


def psnr(a, b):
    return 20 * np.log10(255) - 10 * np.log10(((a - b) ** 2).mean())


def ssim(a, b):
    at = np.arange(11) - 5
    window = np.exp(-(at[:, None] ** 2 + at[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    height, width, channels = a.shape
    scores = []
    for c in range(channels):
        for top in range(height - 10):
            for left in range(width - 10):
                x = a[top : top + 11, left : left + 11, c]
                y = b[top : top + 11, left : left + 11, c]
                mx, my = (window * x).sum(), (window * y).sum()
                vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
                cov = (window * (x - mx) * (y - my)).sum()
                scores.append(
                    (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
                )
    return np.mean(scores)


def kid(x, y):
    def k(a, b):
        return (np.dot(a, b) / len(a) + 1) ** 3

    m, n = len(x), len(y)
    xx = sum(k(x[i], x[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    yy = sum(k(y[i], y[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    xy = sum(k(a, b) for a in x for b in y) / (m * n)
    return xx + yy - 2 * xy


def same_pad(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def pad_for(x, config, kernel):
    if config['padding'] == 'valid':
        return [0, 0, 0, 0]
    top, bottom = same_pad(x.shape[2], kernel[0], config['strides'][0])
    left, right = same_pad(x.shape[3], kernel[1], config['strides'][1])
    return [left, right, top, bottom]


def run_layer(layer, inputs, weights):
    config, kind, name = layer['config'], layer['class_name'], layer['name']
    x = inputs[0]
    if kind == 'Conv2D':
        kernel = weights[name + '/kernel'].permute(3, 2, 0, 1)
        padded = F.pad(x, pad_for(x, config, config['kernel_size']))
        assert not config['use_bias'] and config['dilation_rate'] == [1, 1]
        return F.conv2d(padded, kernel, stride=config['strides'])
    if kind == 'BatchNormalization':
        mean, variance, beta = (
            weights[f'{name}/{part}'] for part in ('moving_mean', 'moving_variance', 'beta')
        )
        gamma = weights.get(name + '/gamma', torch.ones_like(beta))
        return F.batch_norm(x, mean, variance, gamma, beta, False, 0, config['epsilon'])
    if kind == 'Activation':
        assert config['activation'] == 'relu'
        return F.relu(x)
    if kind == 'MaxPooling2D':
        assert config['padding'] == 'valid'
        return F.max_pool2d(x, config['pool_size'], config['strides'])
    if kind == 'AveragePooling2D':
        # The padding of TensorFlow counts for nothing: sums over what is there, divided by how many.
        pad = pad_for(x, config, config['pool_size'])
        sums = F.avg_pool2d(F.pad(x, pad), config['pool_size'], config['strides'])
        shares = F.avg_pool2d(
            F.pad(torch.ones_like(x), pad), config['pool_size'], config['strides']
        )
        return sums / shares
    assert kind == 'Concatenate', kind
    return torch.cat(inputs, 1)


def read_module(path):
    """The value that a module of the package exports: an object, or a string of base64."""
    code = 'process.stdout.write(JSON.stringify(require(process.argv[1])))'
    return json.loads(subprocess.check_output(['node', '-e', code, os.path.abspath(path)]))


def read_network(package):
    folder = package + '/dist/models/inception_v3/'
    model = read_module(folder + 'model.min.js')
    parts = [
        read_module(f'{folder}{path}.min.js')
        for group in model['weightsManifest']
        for path in group['paths']
    ]
    data = b''.join(base64.b64decode(part) for part in parts)
    weights, at = {}, 0
    for group in model['weightsManifest']:
        for spec in group['weights']:
            size = int(np.prod(spec['shape']))
            q = spec['quantization']
            assert q['dtype'] == 'uint8'
            values = np.frombuffer(data, np.uint8, size, at) * q['scale'] + q['min']
            weights[spec['name']] = torch.tensor(values.reshape(spec['shape']), dtype=torch.float32)
            at += size
    assert at == len(data)
    return model['modelTopology']['model_config']['config']['layers'], weights


def features(layers, weights, picture):
    x = torch.tensor(picture / 255, dtype=torch.float32).permute(2, 0, 1)[None]
    values = {layers[0]['name']: F.interpolate(x, (299, 299), mode='bilinear', align_corners=True)}
    for layer in layers[1:]:
        inputs = [values[node[0]] for node in layer['inbound_nodes'][0]]
        values[layer['name']] = run_layer(layer, inputs, weights)
        if layer['name'] == 'mixed5':
            return values['mixed5'].mean((2, 3))[0].numpy()


def pair(name, a, b):
    height, width, channels = a.shape
    shape = {'width': width, 'height': height, 'channels': channels}
    return {'name': name, **shape, 'l1': l1(a, b), 'psnr': psnr(a, b), 'ssim': ssim(a, b)}


grey, color = slope(16, 13, 1), slope(24, 17, 3)
rows = draw(7, 12 * 5).reshape(12, 5) / 64
layers, weights = read_network(sys.argv[1])
found = [features(layers, weights, p) for p in (noise(1, 40, 32, 3), slope(40, 32, 3))]
print(
    json.dumps(
        {
            'pairs': [
                pair('noise and noise', noise(1, 24, 17, 3), noise(2, 24, 17, 3)),
                pair('slope and near it', color, near(color, 3)),
                pair('grey slope and near it', grey, near(grey, 4)),
            ],
            'kid': kid(rows[:7], rows[7:]),
            'features': [
                {'sum': float(f.sum()), 'every48': [float(v) for v in f[::48]]} for f in found
            ],
        },
        indent=2,
    )
)
