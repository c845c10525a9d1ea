import { describe, expect, it } from 'vitest';
import { fromDataUrl, toDataUrl } from './data-url.js';

describe('fromDataUrl', () => {
  it.each([0, 1, 2, 3, 4])('gives back the %i bytes that toDataUrl took', (length) => {
    const bytes = Buffer.from([250, 251, 252, 253].slice(0, length));
    expect(fromDataUrl(toDataUrl(bytes))).toEqual(bytes);
  });

  it.each([
    'http://localhost/cat.png',
    'data:image/png,abc',
    'data:image/png;base64',
    'data:image/png;base64,ab*d',
    'data:image/png;base64,ab cd',
    ' data:image/png;base64,abcd',
    'data:,data:;base64,abcd',
  ])('knows that %s is none', (url) => {
    expect(fromDataUrl(url)).toBeUndefined();
  });
});
