import { describe, expect, it } from 'vitest';
import { endsOf, initialState, parseHash, parseSheetSeed, toHash, whereOf } from './state.js';

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
    expect(parseHash(toHash(state, 'sample'))).toEqual(state);
    expect(parseHash(toHash(initialState, 'sample'))).toEqual(initialState);
  });

  it('leaves out what is as at first, but for the seed', () => {
    expect(toHash(initialState, 'sample')).toBe('#seed=1');
    expect(toHash({ ...initialState, label: '7', where: 'device' }, 'sample')).toBe(
      '#label=7&seed=1&where=device',
    );
  });

  it('names the model of a translator and who draws, and no seed', () => {
    const state = { ...initialState, model: 'paint', label: '7', device: 'wasm' } as const;
    expect(toHash({ ...state, where: 'device' }, 'translate')).toBe('#model=paint&device=wasm');
    expect(toHash({ ...state, where: 'server' }, 'translate')).toBe(
      '#model=paint&where=server&device=wasm',
    );
    expect(toHash(initialState, 'translate')).toBe('#');
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

describe('whereOf', () => {
  it('is this device for translators and the server for samplers, unless one was chosen', () => {
    expect(whereOf(initialState, 'translate')).toBe('device');
    expect(whereOf(initialState, 'sample')).toBe('server');
    expect(whereOf({ ...initialState, where: 'server' }, 'translate')).toBe('server');
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
