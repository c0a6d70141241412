/** The builds of ONNX Runtime, each with the worker that holds it. */
import type { Device, OrtModule } from './session.ts';

export interface RuntimeBuild {
  readonly device: Device;
  startWorker(): Worker;
  /** For the calling thread. */
  load(): Promise<OrtModule>;
}

// Written out in full: bundlers find a worker by `new Worker(new URL('<literal>', import.meta.url))` only. Each has
// a name of its own, since webpack makes one file of all workers of one name.

/** The small build, which every page ships. */
export const wasm: RuntimeBuild = {
  device: 'wasm',
  startWorker: () =>
    new Worker(new URL('./worker-wasm.js', import.meta.url), { type: 'module', name: 'docclf-wasm' }),
  load: () => import('onnxruntime-web/wasm'),
};

/** The build that the page gives the URL of, for pages without a bundler. */
export function buildAt(runtimeUrl: string, device: Device): RuntimeBuild {
  return {
    device,
    startWorker: () =>
      new Worker(new URL('./plain/worker.js', import.meta.url), { type: 'module', name: 'docclf-plain' }),
    load: () => import(/* @vite-ignore */ /* webpackIgnore: true */ runtimeUrl),
  };
}
