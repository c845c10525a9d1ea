#!/usr/bin/env node
// Stands apart from dist so that npm finds it when it links commands, which is before the build.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('ganvas: not built yet: run "npm run build" first\n');
  process.exitCode = 1;
}
