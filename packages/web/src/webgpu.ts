/** For `createDocClassifier({ device: webgpu })`: ONNX Runtime's larger build. Who does not import it does not ship it. */
import type { RuntimeBuild } from './runtime-build.ts';

export const webgpu: RuntimeBuild = {
  device: 'webgpu',
  startWorker: () =>
    new Worker(new URL('./worker-webgpu.js', import.meta.url), { type: 'module', name: 'docclf-webgpu' }),
  load: () => import('onnxruntime-web/webgpu'),
};
