import { defineConfig } from 'vite';

export default defineConfig({
  // Addresses relative to the page, so that it works below any path.
  base: './',
  // onnxruntime starts threads from its own chunk: only ES workers load one.
  worker: { format: 'es' },
  // onnxruntime's chunk is 116 kB; the warning is for what we write.
  build: { target: 'es2023', chunkSizeWarningLimit: 150 },
});
