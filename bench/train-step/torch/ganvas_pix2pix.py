"""The recipe `pix2pix` of @ganvas/train: pix2pix.py with instance norm, both networks updated at once."""
import pix2pix
from torch import nn
from torch.nn import functional as F

pix2pix.norm = lambda channels: nn.InstanceNorm2d(channels, affine=True)


class Network(pix2pix.Network):
    def __init__(self, batch, adam):
        super().__init__(batch, adam)
        self.steps = {'train': self.both}

    def both(self, input, target):
        generator, discriminator = self.modules.values()
        fake = generator(input, None)
        on_real = pix2pix.cross_entropy(discriminator(input, target), 1.0)
        on_fake = pix2pix.cross_entropy(discriminator(input, fake.detach()), 0.0)
        self.discriminator_adam.zero_grad()
        judging = (on_real + on_fake) * 0.5
        judging.backward()

        self.generator_adam.zero_grad()
        discriminator.requires_grad_(False)
        fooling = pix2pix.cross_entropy(discriminator(input, fake), 1.0)
        drawing = fooling + 100 * F.l1_loss(fake, target)
        drawing.backward()
        discriminator.requires_grad_(True)
        # The generator learns from the discriminator as it was.
        self.discriminator_adam.step()
        self.generator_adam.step()
        return {'discriminatorLoss': judging, 'generatorLoss': drawing}
