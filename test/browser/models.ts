import { join } from 'node:path';

/** The repository of models that the browser tests draw from. */
export const modelRepository =
  process.env['GANVAS_TEST_MODELS'] ?? join(import.meta.dirname, '../../models');
