// tfjs-core alone registers no gradients; tfjs-layers registers them all.
import '@tensorflow/tfjs-layers';
import { customOps } from './custom-ops.js';
import { repairEngine } from './engine.js';
import { kernels } from './kernels.js';
import { repairRegistry } from './registry.js';
import { rewrites } from './rewrites.js';

// Importing this package is all there is to do.
repairRegistry(kernels);
repairEngine({ rewrites, customOps });
