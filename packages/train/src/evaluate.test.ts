import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pictureAt } from '@ganvas/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';
import { exportScaling, writePairs, writePlain } from './testing/tiny-translator.js';

let folder: string;
let pairs: string;
let model: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-evaluate-test-'));
  pairs = `pairs:${join(folder, 'pairs')}`;
  model = join(folder, 'half');
  await exportScaling(model, 0.5);
  const test = Array.from({ length: 4 }, () => [100, 120] as const);
  await writePairs(join(folder, 'pairs', 'test'), test);
  await writePairs(join(folder, 'pairs', 'train'), [
    [0, 110],
    [0, 150],
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('evaluate', () => {
  it('finds what plain pictures give by hand, and what the baselines give', async () => {
    // 100 is -0.2157, half of it -0.1078, which is byte 114: 6 from 120. A copy is 20 from it, and the mean
    // of 110 and 150 is 130: 10 from it.
    const { rows, count, stopped } = await evaluate({
      target: model,
      data: pairs,
      metrics: ['l1', 'psnr'],
    });
    expect({ count, stopped }).toEqual({ count: 4, stopped: 'done' });
    for (const [row, off] of [
      [rows.model, 6],
      [rows.copy, 20],
      [rows.classMeanColor, 10],
    ] as const) {
      expect(row.l1?.value).toBeCloseTo(off / 255, 10);
      expect(row.psnr?.value).toBeCloseTo(20 * Math.log10(255 / off), 10);
      expect(row.l1?.deviation).toBeCloseTo(0, 10);
    }
  });

  it('measures all that it can, and says why it leaves the rest out', async () => {
    const { metrics, leftOut, rows } = await evaluate({ target: model, data: pairs, count: 4 });
    expect(metrics).toEqual(['l1', 'psnr', 'ssim', 'kidNsfwMixed5']);
    expect(leftOut).toEqual([
      { metric: 'cycleL1', reason: 'there is no model of the other direction beside this one' },
    ]);
    // Equal pictures on either side: the distance is that of two points, and greater the farther they are apart.
    const distances = [rows.model, rows.classMeanColor, rows.copy].map(
      (row) => row.kidNsfwMixed5?.value ?? 0,
    );
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeGreaterThan(0);
  });

  it('does without the mean color where there is no training split, and says why', async () => {
    const alone = join(folder, 'alone');
    await writePairs(join(alone, 'test'), [[100, 120]]);
    await writePlain(join(alone, 'testA', '1.png'), 100);
    await writePlain(join(alone, 'testB', '2.png'), 50);
    const options = { target: model, metrics: [] } as const;
    const { rows, leftOut } = await evaluate({
      ...options,
      data: `pairs:${alone}`,
      metrics: ['l1'],
    });
    expect(rows.model.l1?.value).toBeCloseTo(6 / 255, 10);
    expect(rows.copy.l1?.value).toBeCloseTo(20 / 255, 10);
    expect(rows.classMeanColor).toEqual({});
    const left = { row: 'classMeanColor', reason: expect.stringContaining('expected a folder') };
    expect(leftOut).toEqual([left]);
    const unpaired = await evaluate({ ...options, data: `unpaired:${alone}` });
    expect(unpaired.leftOut).toEqual([left]);
  });

  it('refuses a metric that is asked for and cannot be had, and a count that is none', async () => {
    const options = { target: model, data: pairs };
    await expect(evaluate({ ...options, metrics: ['l1', 'cycleL1'] })).rejects.toThrow(
      'evaluate: cannot be measured: cycleL1: there is no model of the other direction beside this one',
    );
    await expect(evaluate({ ...options, metrics: ['kidNsfwMixed5'], count: 3 })).rejects.toThrow(
      'kidNsfwMixed5: expected at least 4 pictures, got 3',
    );
    await expect(evaluate({ ...options, count: 0 })).rejects.toThrow(
      'evaluate: count: expected a whole number above 0, got 0',
    );
  });

  it('shows input, output and truth', async () => {
    const { sheet } = await evaluate({ target: model, data: pairs, metrics: ['l1'], sheetRows: 2 });
    expect(sheet).toMatchObject({ width: 3 * 16 + 2 * 2, height: 2 * 16 + 2, channels: 3 });
    const at = (x: number) => pictureAt(sheet, 0).data[x * 3];
    expect([at(0), at(18), at(36)]).toEqual([100, 114, 120]);
  });

  it('stops after the picture in hand, with the table of those that are done', async () => {
    const controller = new AbortController();
    const { count, stopped, rows } = await evaluate({
      target: model,
      data: pairs,
      metrics: ['l1'],
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'picture' && event.done === 2) controller.abort();
      },
    });
    expect({ count, stopped }).toEqual({ count: 2, stopped: 'aborted' });
    expect(rows.model.l1?.value).toBeCloseTo(6 / 255, 10);
  });

  it('rejects with the reason when it is stopped before the first picture', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluate({ target: model, data: pairs, signal })).rejects.toThrow('enough');
  });

  it('takes an .onnx file alone, by the description in it', async () => {
    const file = join(folder, 'alone.onnx');
    await copyFile(join(model, '1', 'model.onnx'), file);
    const options = { data: pairs, metrics: ['l1'] } as const;
    const alone = await evaluate({ ...options, target: file });
    const whole = await evaluate({ ...options, target: model });
    expect(alone.model).toEqual(whole.model);
    expect(alone.rows).toEqual(whole.rows);
  });

  it('refuses a file that is not the one in the manifest, is no model, or is not there', async () => {
    const damaged = join(folder, 'damaged');
    await exportScaling(damaged, 0.5);
    const file = join(damaged, '1', 'model.onnx');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(evaluate({ target: damaged, data: pairs })).rejects.toThrow(
      /model\.onnx: expected sha256 [0-9a-f]{64} as in the manifest, got/,
    );
    const text = join(folder, 'text.onnx');
    await writeFile(text, 'text');
    await expect(evaluate({ target: text, data: pairs })).rejects.toThrow(
      'text.onnx: expected an ONNX file that Ganvas exported',
    );
    await expect(evaluate({ target: join(folder, 'none'), data: pairs })).rejects.toThrow(
      /ganvas\.json: cannot be read/,
    );
  });
});

describe('evaluate of a model of two directions', () => {
  it('translates back with the model beside it, and asks that one with the other domain', async () => {
    const training = {
      objective: 'cyclegan',
      data: 'unpaired:u',
      steps: 1,
      batchSize: 1,
      seed: 0,
      metrics: {},
    };
    await exportScaling(join(folder, 'cycle'), 0.5, { training });
    await exportScaling(join(folder, 'cycle-back'), 0.25, { training });
    for (const split of ['train', 'test']) {
      const [a, b] = [`${split}A`, `${split}B`];
      await writePlain(join(folder, 'unpaired', a, '1.png'), 100);
      await writePlain(join(folder, 'unpaired', b, '2.png'), 50);
    }
    const data = `unpaired:${join(folder, 'unpaired')}`;
    const there = await evaluate({ target: join(folder, 'cycle'), data });
    expect(there.metrics).toEqual(['cycleL1']);
    // 100 -> 114; a quarter of its -0.1059 is -0.0265: byte 124, 24 from 100.
    expect(there.rows.model.cycleL1?.value).toBeCloseTo(24 / 255, 10);
    expect(there.rows.copy).toEqual({});
    const back = await evaluate({ target: join(folder, 'cycle-back'), data });
    // 50 is -0.6078, a quarter of it -0.1520: byte 108; half of its -0.1529 is -0.0765: byte 118, 68 from 50.
    expect(back.rows.model.cycleL1?.value).toBeCloseTo(68 / 255, 10);
  });
});
