"""DCGAN on 64x64x3: the networks and losses of ../networks/dcgan.mjs."""
import torch
from torch import nn
from torch.nn import functional as F

LATENT = 100
CHANNELS = (64, 128, 256, 512)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        widths = CHANNELS[::-1]
        self.fc = nn.Linear(LATENT, 512 * 4 * 4)
        for i, width in enumerate(widths):
            self.add_module(f'bn{i}', nn.BatchNorm2d(width))
            last = i == 3
            up = nn.ConvTranspose2d(width, 3 if last else widths[i + 1], 4, 2, 1, bias=last)
            self.add_module(f'c{i}', up)

    def forward(self, z):
        x = self.fc(z).view(-1, 512, 4, 4)
        for i in range(4):
            x = getattr(self, f'c{i}')(F.relu(getattr(self, f'bn{i}')(x), inplace=True))
        return torch.tanh(x)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        for i, width in enumerate(CHANNELS):
            self.add_module(f'c{i}', nn.Conv2d((3, *CHANNELS)[i], width, 4, 2, 1, bias=i == 0))
            if i > 0:
                self.add_module(f'bn{i}', nn.BatchNorm2d(width))
        self.fc = nn.Linear(512 * 4 * 4, 1)

    def forward(self, x):
        x = F.leaky_relu(self.c0(x), 0.2, inplace=True)
        for i in range(1, 4):
            x = F.leaky_relu(getattr(self, f'bn{i}')(getattr(self, f'c{i}')(x)), 0.2, inplace=True)
        return self.fc(x.flatten(1))


def cross_entropy(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


class Network:
    def __init__(self, batch, adam):
        self.modules = {'generator': Generator(), 'discriminator': Discriminator()}
        rates = 2e-4, (0.5, 0.999)
        self.generator_adam = adam(self.modules['generator'].parameters(), *rates)
        self.discriminator_adam = adam(self.modules['discriminator'].parameters(), *rates)
        self.batch, self.real = batch, torch.rand(batch, 3, 64, 64) * 2 - 1
        self.steps = {'both': self.both}

    def draw(self, _):
        return {'real': self.real, 'z': torch.randn(self.batch, LATENT)}

    def both(self, real, z):
        generator, discriminator = self.modules.values()
        self.discriminator_adam.zero_grad()
        on_real = cross_entropy(discriminator(real), 1.0)
        on_real.backward()
        fake = generator(z)
        on_fake = cross_entropy(discriminator(fake.detach()), 0.0)
        on_fake.backward()
        self.discriminator_adam.step()

        self.generator_adam.zero_grad()
        discriminator.requires_grad_(False)
        fooling = cross_entropy(discriminator(fake), 1.0)
        fooling.backward()
        discriminator.requires_grad_(True)
        self.generator_adam.step()
        return {'discriminatorLoss': on_real + on_fake, 'generatorLoss': fooling}
