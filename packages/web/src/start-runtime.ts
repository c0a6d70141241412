/** The runtime's WebAssembly, fetched while the model is and counted with it. */
import { DocclfError } from '@docclf/core';
import { runtimeFailed } from '@docclf/core/implementer';
import type { Downloads } from './download.ts';
import { runtimeBytes } from './runtime-bytes.ts';
import type { Device, OrtModule } from './session.ts';

const runtimeFile = 'the runtime';

/**
 * A network that hands its one number on: ONNX of IR version 8, `Identity` of operator set 13, by the protobuf of
 * onnx.proto. The runtime fetches its WebAssembly for whatever network comes first.
 */
const identity = 'CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=';

/**
 * @param ownsThread whether nobody else's downloads pass through this thread's `fetch`: the runtime's own can be told from
 * the page's only there
 * @throws RUNTIME_FAILED
 */
export async function startRuntime(
  loadRuntime: () => Promise<OrtModule>,
  device: Device,
  configure: (ort: OrtModule) => void,
  downloads: Downloads,
  ownsThread: boolean,
): Promise<OrtModule> {
  assertWebAssembly();
  downloads.expect(runtimeFile, runtimeBytes[device]);
  const { fetch } = globalThis;
  if (ownsThread) {
    globalThis.fetch = (input, init) => {
      const url = String(input instanceof Request ? input.url : input);
      return /\.wasm($|[?#])/.test(url) ? downloads.fetch(runtimeFile, url, init) : fetch(input, init);
    };
  }
  try {
    const ort = await loadRuntime().catch(runtimeFailed('load its own code'));
    configure(ort);
    const bytes = Uint8Array.from(atob(identity), (character) => character.charCodeAt(0));
    const options = { executionProviders: [device], logSeverityLevel: 3 } as const;
    const session = await ort.InferenceSession.create(bytes, options).catch(runtimeFailed('start'));
    await session.release();
    return ort;
  } finally {
    globalThis.fetch = fetch;
    downloads.finish(runtimeFile);
  }
}

/** A page's policy may forbid it, which the runtime tells as a failure of its own. */
function assertWebAssembly(): void {
  try {
    // The shortest module: its mark and version (WebAssembly core specification, section 5.5.16).
    new WebAssembly.Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  } catch (cause) {
    const operation =
      "start, since WebAssembly is forbidden here: add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy";
    throw new DocclfError('RUNTIME_FAILED', { operation }, { cause });
  }
}
