import { maxPicturePixels } from '@ganvas/core';

/** What a server does where nothing else is asked for. */
export const serveDefaults = {
  port: 8080,
  host: '127.0.0.1',
  /** CUDA if it can be used, else the CPU. */
  device: 'auto',
  /** Within one operator on a CPU, in each child process. */
  threads: 1,
  /** Requests that may wait. */
  maxQueueSize: 256,
  /** Images in one request. */
  maxCount: 64,
  /** Of a request. */
  maxBodyBytes: 65_536,
  /** Of a request with pictures. */
  maxUploadBytes: 20 * 2 ** 20,
  /** Of a picture to translate, and of what is made of it: 4096 x 4096. */
  maxPixels: maxPicturePixels,
  /** For what was accepted when the server stops. */
  exitTimeoutMs: 10_000,
} as const;
