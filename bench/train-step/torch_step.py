"""The PyTorch side of bench/train-step.mjs: the networks and losses of `wgan-gp`, conditional, batch 64."""
import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))
BATCH, LATENT, CLASSES, BASE, REPEATS = 64, 64, 10, 32, 5


class PixelNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(CLASSES, channels))
        self.bias = nn.Parameter(torch.zeros(CLASSES, channels))

    def forward(self, x, label):
        normal = x * torch.rsqrt((x * x).mean(1, keepdim=True) + 1e-8)
        return normal * (label @ self.gain)[:, :, None, None] + (label @ self.bias)[:, :, None, None]


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.latent, self.cls = nn.Linear(LATENT, 128), nn.Linear(CLASSES, 128, bias=False)
        self.flat = nn.Linear(128, 7 * 7 * 2 * BASE)
        self.norm1, self.norm2, self.norm3 = PixelNorm(2 * BASE), PixelNorm(BASE), PixelNorm(BASE // 2)
        self.up1 = nn.ConvTranspose2d(2 * BASE, BASE, 4, 2, 1)
        self.up2 = nn.ConvTranspose2d(BASE, BASE // 2, 4, 2, 1)
        self.image = nn.Conv2d(BASE // 2, 1, 3, 1, 1)

    def forward(self, z, label):
        x = F.leaky_relu(self.latent(z) + self.cls(label), 0.2)
        x = F.relu(self.norm1(self.flat(x).view(-1, 2 * BASE, 7, 7), label))
        x = F.relu(self.norm2(self.up1(x), label))
        return torch.tanh(self.image(F.relu(self.norm3(self.up2(x), label))))


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, BASE, 4, 2, 1), nn.Conv2d(BASE, 2 * BASE, 4, 2, 1)
        self.features, self.score = nn.Linear(7 * 7 * 2 * BASE, 128), nn.Linear(128, 1)
        self.embedding, self.logits = nn.Linear(CLASSES, 128, bias=False), nn.Linear(128, CLASSES)

    def forward(self, x, label):
        x = F.leaky_relu(self.down2(F.leaky_relu(self.down1(x), 0.2)), 0.2)
        h = F.leaky_relu(self.features(x.flatten(1)), 0.2)
        return self.score(h) + (h * self.embedding(label)).sum(1, keepdim=True), self.logits(h)


generator, average, critic = Generator(), Generator(), Critic()
generator_adam = torch.optim.Adam(generator.parameters(), 1e-4, (0, 0.9))
critic_adam = torch.optim.Adam(critic.parameters(), 1e-4, (0, 0.9))
classes = torch.arange(BATCH) % CLASSES
label = F.one_hot(classes, CLASSES).float()


def critic_step():
    real = torch.rand(BATCH, 1, 28, 28) * 2 - 1
    critic_adam.zero_grad()
    with torch.no_grad():
        fake = generator(torch.randn(BATCH, LATENT), label)
    # As here: one pass over real and generated pictures together.
    score, logits = critic(torch.cat([real, fake]), torch.cat([label, label]))
    mix = torch.rand(BATCH, 1, 1, 1)
    points = (mix * real + (1 - mix) * fake).requires_grad_(True)
    gradient = torch.autograd.grad(critic(points, label)[0].sum(), points, create_graph=True)[0]
    penalty = ((gradient.flatten(1).norm(2, 1) - 1) ** 2).mean()
    loss = score[BATCH:].mean() - score[:BATCH].mean() + 10 * penalty + F.cross_entropy(logits[:BATCH], classes)
    loss.backward()
    critic_adam.step()


def generator_step():
    generator_adam.zero_grad()
    score, logits = critic(generator(torch.randn(BATCH, LATENT), label), label)
    (F.cross_entropy(logits, classes) - score.mean()).backward()
    generator_adam.step()
    with torch.no_grad():
        for mean, value in zip(average.parameters(), generator.parameters()):
            mean.mul_(0.99).add_(value, alpha=0.01)


def timed(step):
    started = time.perf_counter()
    for _ in range(REPEATS):
        step()
    return (time.perf_counter() - started) * 1000 / REPEATS


for _ in sys.stdin:
    answer = {'criticMs': timed(critic_step), 'generatorMs': timed(generator_step)}
    answer['peakBytes'] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(answer), flush=True)
