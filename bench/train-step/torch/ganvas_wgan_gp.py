"""The networks and losses of the recipe `wgan-gp` of @ganvas/train, conditional."""
import torch
from torch import nn
from torch.nn import functional as F

LATENT, CLASSES, BASE = 64, 10, 32


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


class Network:
    def __init__(self, batch, adam):
        self.modules = {'generator': Generator(), 'average': Generator(), 'critic': Critic()}
        self.generator_adam = adam(self.modules['generator'].parameters(), 1e-4, (0, 0.9))
        self.critic_adam = adam(self.modules['critic'].parameters(), 1e-4, (0, 0.9))
        self.batch, self.real = batch, torch.rand(batch, 1, 28, 28) * 2 - 1
        self.classes = torch.arange(batch) % CLASSES
        self.label = F.one_hot(self.classes, CLASSES).float()
        self.steps = {'critic': self.critic_step, 'generator': self.generator_step}

    def draw(self, step):
        z = torch.randn(self.batch, LATENT)
        if step == 'generator':
            return {'z': z}
        return {'real': self.real, 'z': z, 'mix': torch.rand(self.batch, 1, 1, 1)}

    def critic_step(self, real, z, mix):
        generator, critic, label = self.modules['generator'], self.modules['critic'], self.label
        self.critic_adam.zero_grad()
        with torch.no_grad():
            fake = generator(z, label)
        # As here: one pass over real and generated pictures together.
        score, logits = critic(torch.cat([real, fake]), torch.cat([label, label]))
        points = (mix * real + (1 - mix) * fake).requires_grad_(True)
        gradient = torch.autograd.grad(critic(points, label)[0].sum(), points, create_graph=True)[0]
        penalty = ((gradient.flatten(1).norm(2, 1) - 1) ** 2).mean()
        wasserstein = score[: self.batch].mean() - score[self.batch :].mean()
        class_loss = F.cross_entropy(logits[: self.batch], self.classes)
        loss = 10 * penalty - wasserstein + class_loss
        loss.backward()
        self.critic_adam.step()
        return {'criticLoss': loss}

    def generator_step(self, z):
        generator, critic, label = self.modules['generator'], self.modules['critic'], self.label
        self.generator_adam.zero_grad()
        critic.requires_grad_(False)
        score, logits = critic(generator(z, label), label)
        loss = F.cross_entropy(logits, self.classes) - score.mean()
        loss.backward()
        critic.requires_grad_(True)
        self.generator_adam.step()
        with torch.no_grad():
            averages = self.modules['average'].parameters()
            for mean, value in zip(averages, generator.parameters()):
                mean.mul_(0.99).add_(value, alpha=0.01)
        return {'generatorLoss': loss}
