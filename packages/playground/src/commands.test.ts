import { describe, expect, it } from 'vitest';
import { fileName, frameCommand, sheetCommand, translateCommand } from './commands.js';
import { initialState } from './state.js';

const context = { base: 'http://localhost:8080/', model: 'mnist' };
const state = { ...initialState, label: '7', seed: 3 };

describe('sheetCommand', () => {
  it('asks for the sheet as one picture', () => {
    expect(sheetCommand(context, state, 36)).toBe(
      "curl 'http://localhost:8080/generate?model=mnist&label=7&seed=3&count=36&grid=6' -o 'mnist-7-3-sheet.png'",
    );
  });

  it('leaves out the class where each seed has its own', () => {
    expect(sheetCommand(context, { ...state, label: undefined }, 9)).toContain(
      'model=mnist&seed=3&count=9&grid=3',
    );
  });

  it('quotes what a shell would take apart', () => {
    const command = sheetCommand(context, { ...state, label: "it's $HOME" }, 1);
    expect(command).toContain('label=it%27s+%24HOME');
    expect(command).toContain("-o 'mnist-it_s_HOME-3-sheet.png'");
  });
});

describe('frameCommand', () => {
  const classOf = () => '7';

  it("asks for a seed's own picture at either end", () => {
    expect(frameCommand(context, { ...state, at: 0 }, classOf)).toContain('label=7&seed=3');
    expect(frameCommand(context, { ...state, at: 1 }, classOf)).toContain('label=7&seed=4');
  });

  it('asks for the place on the walk between them', () => {
    const body =
      '{"model":"mnist","from":{"seed":3,"label":"7"},"to":{"seed":4,"label":"7"},"at":[0.5],"format":"png"}';
    expect(frameCommand(context, state, classOf)).toBe(
      `curl 'http://localhost:8080/interpolate' --json '${body}' -o 'mnist-3-4-0.5.png'`,
    );
  });
});

describe('translateCommand', () => {
  it('sends the file that the sketch is saved as', () => {
    expect(translateCommand({ ...context, model: 'paint' })).toBe(
      "curl 'http://localhost:8080/translate?model=paint' --data-binary '@paint-sketch.png' -H 'Content-Type:image/png' -o 'paint-picture.png'",
    );
  });
});

describe('fileName', () => {
  it('keeps to characters that every file system takes', () => {
    expect(fileName(['a/b', undefined, 'c d', 1])).toBe('a_b-c_d-1.png');
  });
});
