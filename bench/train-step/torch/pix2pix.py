"""Pix2Pix on 256x256: the networks and losses of ../networks/pix2pix.mjs."""
import torch
from torch import nn
from torch.nn import functional as F

WIDTHS = (64, 128, 256, 512, 512, 512, 512, 512)
SIDE = 256


def norm(channels):
    # The paper tests with the statistics of the picture itself, so none are kept.
    return nn.BatchNorm2d(channels, track_running_stats=False)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        for i, width in enumerate(WIDTHS):
            bare = i in (0, len(WIDTHS) - 1)
            self.add_module(f'down{i}', nn.Conv2d((3, *WIDTHS)[i], width, 4, 2, 1, bias=bare))
            if not bare:
                self.add_module(f'down_norm{i}', norm(width))
        outputs = WIDTHS[-2::-1]
        for i, width in enumerate(outputs):
            entering = 512 if i == 0 else 2 * outputs[i - 1]
            self.add_module(f'up{i}', nn.ConvTranspose2d(entering, width, 4, 2, 1, bias=False))
            self.add_module(f'up_norm{i}', norm(width))
        self.image = nn.ConvTranspose2d(2 * 64, 3, 4, 2, 1)

    def forward(self, x, masks):
        skips = []
        for i in range(len(WIDTHS)):
            x = getattr(self, f'down{i}')(x if i == 0 else F.leaky_relu(x, 0.2))
            if hasattr(self, f'down_norm{i}'):
                x = getattr(self, f'down_norm{i}')(x)
            skips.append(x)
        x = skips.pop()
        for i in range(len(WIDTHS) - 1):
            x = getattr(self, f'up_norm{i}')(getattr(self, f'up{i}')(F.relu(x)))
            if i < 3:
                x = x * masks[i] if masks else F.dropout(x, 0.5, True)
            x = torch.cat([x, skips.pop()], 1)
        return torch.tanh(self.image(F.relu(x)))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.c0 = nn.Conv2d(6, 64, 4, 2, 1)
        self.c1, self.bn1 = nn.Conv2d(64, 128, 4, 2, 1, bias=False), norm(128)
        self.c2, self.bn2 = nn.Conv2d(128, 256, 4, 2, 1, bias=False), norm(256)
        self.c3, self.bn3 = nn.Conv2d(256, 512, 4, 1, 1, bias=False), norm(512)
        self.c4 = nn.Conv2d(512, 1, 4, 1, 1)

    def forward(self, source, picture):
        x = F.leaky_relu(self.c0(torch.cat([source, picture], 1)), 0.2)
        x = F.leaky_relu(self.bn1(self.c1(x)), 0.2)
        x = F.leaky_relu(self.bn2(self.c2(x)), 0.2)
        return self.c4(F.leaky_relu(self.bn3(self.c3(x)), 0.2))


def cross_entropy(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


class Network:
    def __init__(self, batch, adam):
        self.modules = {'generator': Generator(), 'discriminator': Discriminator()}
        rates = 2e-4, (0.5, 0.999)
        self.generator_adam = adam(self.modules['generator'].parameters(), *rates)
        self.discriminator_adam = adam(self.modules['discriminator'].parameters(), *rates)
        self.pictures = {
            name: torch.rand(batch, 3, SIDE, SIDE) * 2 - 1 for name in ('input', 'target')
        }
        self.steps = {'both': self.both}

    def draw(self, _):
        return self.pictures

    def both(self, input, target, mask0=None, mask1=None, mask2=None):
        generator, discriminator = self.modules.values()
        fake = generator(input, mask0 is not None and (mask0, mask1, mask2))
        self.discriminator_adam.zero_grad()
        on_real = cross_entropy(discriminator(input, target), 1.0)
        on_fake = cross_entropy(discriminator(input, fake.detach()), 0.0)
        judging = (on_real + on_fake) * 0.5
        judging.backward()
        self.discriminator_adam.step()

        self.generator_adam.zero_grad()
        discriminator.requires_grad_(False)
        drawing = cross_entropy(discriminator(input, fake), 1.0) + 100 * F.l1_loss(fake, target)
        drawing.backward()
        discriminator.requires_grad_(True)
        self.generator_adam.step()
        return {'discriminatorLoss': judging, 'generatorLoss': drawing}
