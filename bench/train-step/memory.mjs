import { readFile } from 'node:fs/promises';

/** Bytes of RAM that a process holds, now and at most, as Linux counts them. */
export async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const bytes = (field) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024;
  return { bytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}
