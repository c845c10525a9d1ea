import { describe, expect, it } from 'vitest';
import { InputError } from './errors.js';
import type { ModelSource } from './manifest.js';
import type { Pixels } from './pixels.js';
import { type PieceSize, type TranslateOptions, translatePixels } from './translate.js';

interface ModelShape {
  readonly source: ModelSource;
  readonly channels?: 1 | 3 | 4;
  readonly sizeMultiple?: number;
  readonly scale?: 1 | 2 | 4;
}

const rgb: ModelSource = { channels: 3, encoding: 'picture' };
const gray: ModelSource = { channels: 1, encoding: 'picture' };

const modelOf = ({ source, channels = 3, sizeMultiple = 4, scale }: ModelShape) => ({
  source,
  image: {
    width: 8,
    height: 8,
    channels,
    range: [-1, 1] as [-1, 1],
    sizeMultiple,
    ...(scale && { scale }),
  },
});

/** Bytes without a pattern, the same every time. */
function pictureOf(height: number, width: number, channels: number): Pixels {
  const data = Uint8Array.from({ length: height * width * channels }, (_, i) =>
    Math.floor(128 + 127 * Math.sin(i * 12.9898 + channels)),
  );
  return { data, count: 1, height, width, channels };
}

const rowsOf = (channels: number, ...rows: number[][]): Pixels => ({
  data: Uint8Array.from(rows.flat()),
  count: 1,
  height: rows.length,
  width: (rows[0]?.length ?? 0) / channels,
  channels,
});

type Run = TranslateOptions['run'];

/** Gives the source back as it came. */
const identity: Run = (source) => Promise.resolve(source);

/** Repeats each pixel `scale` times both ways. */
const enlarge =
  (channels: number, scale: number): Run =>
  (source, { height, width }) => {
    const plane = height * width * scale * scale;
    const image = Float32Array.from({ length: channels * plane }, (_, at) => {
      const row = Math.floor(at / (width * scale));
      const [c, y] = [Math.floor(at / plane), Math.floor((row % (height * scale)) / scale)];
      const x = Math.floor((at % (width * scale)) / scale);
      return source[(c * height + y) * width + x] as number;
    });
    return Promise.resolve(image);
  };

/**
 * A convolution by a lopsided 5 x 5 kernel with zeros around the piece, of stride phase: what it gives
 * depends on a pixel's place in a grid of 4, as that of a network with strides does.
 */
const convolve: Run = (source, { height, width }) => {
  const plane = height * width;
  const image = source.map((_, at) => {
    const [c, y, x] = [Math.floor(at / plane), Math.floor((at % plane) / width), at % width];
    let sum = 0;
    for (let k = 0; k < 25; k++) {
      const [v, u] = [y + Math.floor(k / 5) - 2, x + (k % 5) - 2];
      if (v < 0 || v >= height || u < 0 || u >= width) continue;
      sum += (source[(c * height + v) * width + u] as number) * Math.sin(k + 1 + (x % 4) * (y % 4));
    }
    return Math.tanh(sum / 4);
  });
  return Promise.resolve(image);
};

/** Runs `run`, and keeps what it was given. */
function recording(run: Run) {
  const calls: { source: Float32Array; size: PieceSize }[] = [];
  const recorded: Run = (source, size) => {
    calls.push({ source: source.slice(), size });
    return run(source, size);
  };
  return { calls, run: recorded };
}

/** The largest difference in any byte; comparing large arrays by `toEqual` takes seconds. */
function maxDifference(a: Pixels, b: Pixels): number {
  expect([a.height, a.width, a.channels]).toEqual([b.height, b.width, b.channels]);
  return a.data.reduce((max, byte, i) => Math.max(max, Math.abs(byte - (b.data[i] as number))), 0);
}

const sizes = [
  [1, 1],
  [1, 7],
  [3, 5],
  [50, 50],
  [129, 64],
  [64, 129],
] as const;

describe('translatePixels', () => {
  describe.each([1, 4, 128])('with a multiple of %i', (sizeMultiple) => {
    it.each(sizes)('gives %i x %i back as large as it came', async (height, width) => {
      const picture = pictureOf(height, width, 3);
      const model = modelOf({ source: rgb, sizeMultiple });
      const { calls, run } = recording(identity);
      expect(await translatePixels(picture, { model, run })).toEqual(picture);
      expect(calls).toHaveLength(1);
      for (const side of Object.values(calls[0]?.size ?? {})) expect(side % sizeMultiple).toBe(0);
    });

    it.each(sizes)('enlarges %i x %i twice', async (height, width) => {
      const picture = pictureOf(height, width, 1);
      const model = modelOf({ source: gray, channels: 1, sizeMultiple, scale: 2 });
      const large = await translatePixels(picture, { model, run: enlarge(1, 2) });
      expect(large).toMatchObject({ height: 2 * height, width: 2 * width, channels: 1 });
      const expected = large.data.map((_, at) => {
        const [y, x] = [Math.floor(at / (2 * width)), at % (2 * width)];
        return picture.data[Math.floor(y / 2) * width + Math.floor(x / 2)] as number;
      });
      expect(large.data).toEqual(expected);
    });
  });

  it('pads at the right and at the bottom by reflection, as often as it takes', async () => {
    const picture = rowsOf(1, [0, 51, 255], [255, 204, 0]);
    const model = modelOf({ source: gray, channels: 1, sizeMultiple: 8 });
    const { calls, run } = recording(identity);
    await translatePixels(picture, { model, run });
    // np.pad(picture, ((0, 6), (0, 5)), mode='reflect'), bytes x as x / 127.5 - 1
    const [a, b] = [
      [-1, -0.6, 1, -0.6, -1, -0.6, 1, -0.6],
      [1, 0.6, -1, 0.6, 1, 0.6, -1, 0.6],
    ];
    expect(calls[0]?.size).toEqual({ height: 8, width: 8 });
    const expected = Float32Array.from([a, b, a, b, a, b, a, b].flat() as number[]);
    for (const [i, value] of calls[0]?.source.entries() ?? []) {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    }
  });

  it('copies what is kept into the result of a masked model, byte by byte', async () => {
    const picture = rowsOf(4, [10, 20, 30, 0, 40, 50, 60, 128, 70, 80, 90, 255]);
    const white: Run = (_, { height, width }) =>
      Promise.resolve(new Float32Array(3 * height * width).fill(1));
    const model = modelOf({ source: { channels: 4, encoding: 'masked' } });
    const { data } = await translatePixels(picture, { model, run: white });
    expect([...data]).toEqual([255, 255, 255, 40, 50, 60, 70, 80, 90]);
    const toGray = modelOf({ source: { channels: 2, encoding: 'masked' }, channels: 1 });
    const black: Run = (_, { height, width }) =>
      Promise.resolve(new Float32Array(height * width).fill(-1));
    // 48.15, and 0.299 * 70 + 0.587 * 80 + 0.114 * 90 = 78.15
    expect([...(await translatePixels(picture, { model: toGray, run: black })).data]).toEqual([
      0, 48, 78,
    ]);
  });

  describe('in pieces', () => {
    // 16 multiples of 4, two of them shared: 8 pixels, of which 2 on each side count for nothing.
    const tileSize = 64;

    it.each([
      [200, 300],
      [65, 65],
      [1, 500],
      [333, 64],
    ])(
      'gives %i x %i as in one piece, where the model sees 2 pixels far',
      async (height, width) => {
        const picture = pictureOf(height, width, 3);
        const model = modelOf({ source: rgb });
        const whole = await translatePixels(picture, {
          model,
          run: convolve,
          tileSize: Number.POSITIVE_INFINITY,
        });
        const { calls, run } = recording(convolve);
        const pieces = await translatePixels(picture, { model, run, tileSize });
        expect(calls.length).toBeGreaterThan(1);
        const longest = Math.max(...calls.flatMap(({ size }) => [size.height, size.width]));
        expect(longest).toBeLessThanOrEqual(tileSize);
        expect(maxDifference(pieces, whole)).toBe(0);
      },
    );

    it('shows where a model sees farther than the overlap allows', async () => {
      const mean: Run = (source) => {
        const average = source.reduce((sum, value) => sum + value, 0) / source.length;
        return Promise.resolve(source.map(() => average));
      };
      const picture = rowsOf(1, [...Array(100).fill(0), ...Array(100).fill(255)]);
      const model = modelOf({ source: gray, channels: 1 });
      const { data } = await translatePixels(picture, { model, run: mean, tileSize });
      // Black on the left and white on the right, and no jump where pieces meet.
      expect([data[0], data[199]]).toEqual([0, 255]);
      const steps = data.slice(1).map((byte, i) => Math.abs(byte - (data[i] as number)));
      expect(Math.max(...steps)).toBeLessThan(128);
    });

    it('enlarges', async () => {
      const picture = pictureOf(70, 150, 3);
      const model = modelOf({ source: rgb, scale: 4 });
      const options = { model, run: enlarge(3, 4) };
      const whole = await translatePixels(picture, { ...options, tileSize: 1000 });
      expect(whole).toMatchObject({ height: 280, width: 600 });
      for (const pieces of [{ tileSize }, {}]) {
        const large = await translatePixels(picture, { ...options, ...pieces });
        expect(maxDifference(large, whole)).toBe(0);
      }
    });

    it('reports each piece', async () => {
      const reports: [number, number][] = [];
      await translatePixels(pictureOf(70, 150, 1), {
        model: modelOf({ source: gray, channels: 1 }),
        run: identity,
        tileSize,
        onProgress: ({ done, total }) => reports.push([done, total]),
      });
      expect(reports).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
    });

    it('stops after the piece in which it is aborted', async () => {
      const abort = new AbortController();
      const { calls, run } = recording((source) => {
        if (calls.length === 2) abort.abort(new Error('enough'));
        return Promise.resolve(source);
      });
      const model = modelOf({ source: rgb });
      const options = { model, run, tileSize, signal: abort.signal };
      await expect(translatePixels(pictureOf(200, 200, 3), options)).rejects.toThrow('enough');
      expect(calls).toHaveLength(2);
    });
  });

  it('runs nothing for a signal that is aborted already', async () => {
    const { calls, run } = recording(identity);
    const signal = AbortSignal.abort(new Error('never mind'));
    const options = { model: modelOf({ source: rgb }), run, signal };
    await expect(translatePixels(pictureOf(4, 4, 3), options)).rejects.toThrow('never mind');
    expect(calls).toHaveLength(0);
  });

  it('leaves the picture that it is given unchanged', async () => {
    const picture = pictureOf(9, 9, 4);
    const before = picture.data.slice();
    const model = modelOf({ source: { channels: 4, encoding: 'masked' }, channels: 4 });
    await translatePixels(picture, { model, run: identity });
    expect(picture.data).toEqual(before);
  });

  describe('refuses', () => {
    const masked = modelOf({ source: { channels: 4, encoding: 'masked' } });
    const plain = modelOf({ source: rgb });
    const square = pictureOf(2, 2, 3);
    // Padded to 2^11 x 5 * 2^11, times 4 both ways: 5 * 2^26 pixels of a line of 8193.
    const padding = modelOf({ source: rgb, sizeMultiple: 2 ** 11, scale: 4 });
    const line = pictureOf(1, 2 ** 13 + 1, 3);
    const cases: [string, Pixels, Partial<TranslateOptions>, string][] = [
      ['two pictures', { ...square, count: 2 }, {}, 'got 2 x 2 x 2 x 3'],
      ['two channels', pictureOf(2, 2, 2), {}, 'got 1 x 2 x 2 x 2'],
      ['no pixels', pictureOf(0, 2, 3), {}, 'got 1 x 0 x 2 x 3 with 0 bytes'],
      ['bytes that are missing', { ...square, width: 3 }, {}, 'with 12 bytes'],
      ['pieces of no size', square, { tileSize: 0 }, 'tileSize: expected a number'],
      ['pieces of NaN', square, { tileSize: Number.NaN }, 'at least 1, got NaN'],
      ['nothing to fill in', square, { model: masked }, 'nothing to fill in'],
      ['an opaque one', rowsOf(4, [1, 2, 3, 255]), { model: masked }, 'nothing to fill in'],
      ['a sampler', square, { model: { image: plain.image } }, 'expected a model that translates'],
      ['what padding makes too large', line, { model: padding }, 'got 8192 x 40960 for 1 x 8193'],
    ];
    it.each(cases)('%s', async (_, picture, options, message) => {
      const translating = translatePixels(picture, { model: plain, run: identity, ...options });
      await expect(translating).rejects.toThrow(message);
      await expect(translating).rejects.toBeInstanceOf(InputError);
    });

    it('what a model gives in another size than its manifest says', async () => {
      const run: Run = (source) => Promise.resolve(source.slice(1));
      const translating = translatePixels(pictureOf(4, 4, 3), { model: plain, run });
      await expect(translating).rejects.toThrow(
        'expected the model to make 1 x 3 x 4 x 4 values, got 47',
      );
    });
  });
});
