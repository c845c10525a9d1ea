import type { Command } from 'commander';

interface Verb {
  readonly summary: string;
  /** Its flags and what it does: loaded only when it is asked for. */
  readonly load: () => Promise<{ define(command: Command): unknown }>;
}

/** Every verb of the command, in the order of the help. */
export const verbs: Readonly<Record<string, Verb>> = {
  train: {
    summary: 'train a generator',
    load: () => import('./verbs/train.js'),
  },
  evaluate: {
    summary: 'measure a translator on pictures that it has not learned from',
    load: () => import('./verbs/evaluate.js'),
  },
  export: {
    summary: 'turn a run into a model of a repository, as ONNX',
    load: () => import('./verbs/export.js'),
  },
  serve: {
    summary: 'serve a model repository over HTTP',
    load: () => import('./verbs/serve.js'),
  },
  generate: {
    summary: 'draw pictures and write them as PNG',
    load: () => import('./verbs/generate.js'),
  },
  translate: {
    summary: 'make pictures of pictures and write them as PNG',
    load: () => import('./verbs/translate.js'),
  },
  info: {
    summary: 'say what a model is',
    load: () => import('./verbs/info.js'),
  },
  doctor: {
    summary: 'say what can be used here, and why the rest cannot',
    load: () => import('./verbs/doctor.js'),
  },
};
