"""WGAN-GP without classes: the networks and losses of ../networks/wgan-gp.mjs."""
import torch
from torch import nn
from torch.nn import functional as F

LATENT = 128


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.bn0 = nn.Linear(LATENT, 7 * 7 * 128), nn.BatchNorm2d(128)
        self.c1, self.bn1 = nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64)
        self.c2 = nn.ConvTranspose2d(64, 1, 4, 2, 1)

    def forward(self, z):
        x = torch.relu(self.bn0(self.fc(z).view(-1, 128, 7, 7)))
        return torch.tanh(self.c2(torch.relu(self.bn1(self.c1(x)))))


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 64, 5, 2, 2), nn.Conv2d(64, 128, 5, 2, 2)
        self.fc = nn.Linear(7 * 7 * 128, 1)

    def forward(self, x):
        x = F.leaky_relu(self.c2(F.leaky_relu(self.c1(x), 0.2)), 0.2)
        return self.fc(x.flatten(1))


class Network:
    def __init__(self, batch, adam):
        self.modules = {'generator': Generator(), 'critic': Critic()}
        self.generator_adam = adam(self.modules['generator'].parameters(), 1e-4, (0, 0.9))
        self.critic_adam = adam(self.modules['critic'].parameters(), 1e-4, (0, 0.9))
        self.batch, self.real = batch, torch.rand(batch, 1, 28, 28) * 2 - 1
        self.steps = {'critic': self.critic_step, 'generator': self.generator_step}

    def draw(self, step):
        z = torch.randn(self.batch, LATENT)
        if step == 'generator':
            return {'z': z}
        return {'real': self.real, 'z': z, 'mix': torch.rand(self.batch, 1, 1, 1)}

    def critic_step(self, real, z, mix):
        generator, critic = self.modules.values()
        self.critic_adam.zero_grad()
        with torch.no_grad():
            fake = generator(z)
        points = (mix * real + (1 - mix) * fake).requires_grad_(True)
        gradient = torch.autograd.grad(critic(points).sum(), points, create_graph=True)[0]
        penalty = ((gradient.flatten(1).norm(2, 1) - 1) ** 2).mean() * 10
        loss = critic(fake).mean() - critic(real).mean() + penalty
        loss.backward()
        self.critic_adam.step()
        return {'criticLoss': loss}

    def generator_step(self, z):
        generator, critic = self.modules.values()
        self.generator_adam.zero_grad()
        critic.requires_grad_(False)
        loss = -critic(generator(z)).mean()
        loss.backward()
        critic.requires_grad_(True)
        self.generator_adam.step()
        return {'generatorLoss': loss}
