import { join } from 'node:path';

/**
 * The repository that the tests draw from: the bundled one, or `GANVAS_TEST_MODELS`, so that a model
 * can be tried before it takes the bundled one's place. It must have a model `mnist`.
 */
export const modelRepository =
  process.env['GANVAS_TEST_MODELS'] ?? join(import.meta.dirname, '../../models');
