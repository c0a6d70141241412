/** Runs of one session, one after the other. */
import type { InferenceSession } from 'onnxruntime-web/wasm';

/** WebGPU refuses a run while another is under way. */
export function oneRunAtATime(session: InferenceSession): Pick<InferenceSession, 'run' | 'release'> {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(feeds: InferenceSession.OnnxValueMapType) {
      const run = last.then(() => session.run(feeds));
      last = run.catch(() => undefined);
      return run;
    },
    release: () => session.release(),
  };
}
