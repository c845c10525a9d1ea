import { describe, expect, it } from 'vitest';
import { endsOf, initialState, parseHash, parseSheetSeed, toHash } from './state.js';

describe('toHash', () => {
  it('writes a link that parseHash reads back', () => {
    const state = {
      model: 'shapes',
      label: 'a & b = #c',
      seed: 2 ** 53 - 36,
      where: 'device',
      device: 'wasm',
      from: 2 ** 53 - 1,
      to: 0,
      at: 0.25,
    } as const;
    expect(parseHash(toHash(state))).toEqual(state);
    expect(parseHash(toHash(initialState))).toEqual(initialState);
  });

  it('leaves out what is as at first, but for the seed', () => {
    expect(toHash(initialState)).toBe('#seed=1');
    expect(toHash({ ...initialState, label: '7', where: 'device' })).toBe(
      '#label=7&seed=1&where=device',
    );
  });
});

describe('parseHash', () => {
  it.each([
    'seed=-1',
    'seed=1.5',
    'seed=',
    'seed=9007199254740992',
    // No room for 36 pictures.
    'seed=9007199254740957',
    'where=moon',
    'device=cpu',
    'at=2',
    'at=x',
    'from=x',
    'unknown=1',
  ])('takes no notice of %s', (hash) => {
    expect(parseHash(`#${hash}`)).toEqual(initialState);
  });
});

describe('parseSheetSeed', () => {
  it('takes integers from 0 on that leave room for 36 pictures', () => {
    const seeds = ['0', ' 12 ', '9007199254740956', '9007199254740957'].map(parseSheetSeed);
    expect(seeds).toEqual([0, 12, 2 ** 53 - 36, undefined]);
  });
});

describe('endsOf', () => {
  it('takes the first two seeds of the sheet where no ends were picked', () => {
    expect(endsOf({ ...initialState, seed: 5 })).toEqual({ from: 5, to: 6 });
    expect(endsOf({ ...initialState, seed: 5, to: 0 })).toEqual({ from: 5, to: 0 });
  });
});
