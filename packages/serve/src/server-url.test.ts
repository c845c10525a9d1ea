import { describe, expect, it } from 'vitest';
import { toServerUrl } from './server-url.js';

describe('toServerUrl', () => {
  it.each([
    ['127.0.0.1', 'http://localhost:80'],
    ['0.0.0.0', 'http://localhost:80'],
    ['::', 'http://localhost:80'],
    ['::1', 'http://[::1]:80'],
    ['fe80::1', 'http://[fe80::1]:80'],
    ['127.0.0.2', 'http://127.0.0.2:80'],
    ['box.example', 'http://box.example:80'],
  ])('of %s is %s', (host, url) => {
    expect(toServerUrl(host, 80)).toBe(url);
  });
});
