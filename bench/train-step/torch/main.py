"""The PyTorch side of bench/train-step.mjs: each line on the input is answered by the times of one round.

With --check FOLDER it instead runs the steps that the folder describes, from the weights that lie there,
and prints their losses.
"""
import argparse
import importlib
import json
import sys
import time
from functools import partial
from pathlib import Path

import torch

# What may be asked for in --variant, joined by "+"; `plain` asks for none. The caller sets the BLAS threads.
FLAGS = {'plain', 'one-blas-thread', 'foreach', 'channels-last'}

parser = argparse.ArgumentParser()
parser.add_argument('network')
parser.add_argument('--threads', type=int, default=2)
parser.add_argument('--batch', type=int, required=True)
parser.add_argument('--repeats', type=int, default=1)
parser.add_argument('--variant', default='plain')
parser.add_argument('--check', type=Path)
args = parser.parse_args()
flags = set(args.variant.split('+'))
if not flags <= FLAGS:
    parser.error(f'--variant: expected some of {sorted(FLAGS)} joined by "+", got {args.variant}')
torch.set_num_threads(args.threads)


def in_layout(tensor):
    if 'channels-last' in flags and tensor.dim() == 4:
        return tensor.contiguous(memory_format=torch.channels_last)
    return tensor.contiguous()


def build():
    module = importlib.import_module(args.network.replace('-', '_'))
    network = module.Network(args.batch, partial(torch.optim.Adam, foreach='foreach' in flags))
    if 'channels-last' in flags:
        for part in network.modules.values():
            part.to(memory_format=torch.channels_last)
    return network


def timed(network, name):
    started = time.perf_counter()
    for _ in range(args.repeats):
        inputs = {key: in_layout(value) for key, value in network.draw(name).items()}
        network.steps[name](**inputs)
    return (time.perf_counter() - started) * 1000 / args.repeats


def peak_bytes():
    lines = Path('/proc/self/status').read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith('VmHWM:'))


def answer_rounds(network):
    for _ in sys.stdin:
        ms = {name: timed(network, name) for name in network.steps}
        print(json.dumps({'ms': ms, 'peakBytes': peak_bytes()}), flush=True)


def check(network, folder):
    """Tensors lie one after another in numbers.bin; contents.json says where, and their shapes."""
    contents = json.loads((folder / 'contents.json').read_text())
    numbers = torch.frombuffer(bytearray((folder / 'numbers.bin').read_bytes()), dtype=torch.float32)

    def at(entry, shape):
        size = torch.Size(shape).numel()
        return numbers[entry['offset'] : entry['offset'] + size].reshape(shape)

    given = contents['weights']
    for prefix, module in network.modules.items():
        for path, tensor in module.state_dict().items():
            if path.endswith('num_batches_tracked'):
                continue
            entry = given.pop(f'{prefix}.{path}')
            value = at(entry, entry['view']).permute(entry['axes'])
            tensor.copy_(value.reshape(tensor.shape))
    assert not given, f'expected every weight in both networks, got left over: {[*given]}'
    losses = []
    for step in contents['steps']:
        inputs = {key: at(entry, entry['shape']) for key, entry in step['inputs'].items()}
        inputs = {key: x.permute(0, 3, 1, 2) if x.dim() == 4 else x for key, x in inputs.items()}
        results = network.steps[step['name']](**{k: in_layout(x) for k, x in inputs.items()})
        losses.append({name: float(loss) for name, loss in results.items()})
    print(json.dumps(losses))


if args.check:
    check(build(), args.check)
else:
    answer_rounds(build())
