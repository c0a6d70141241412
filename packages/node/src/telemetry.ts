/**
 * onnxruntime-node reports to its maker unless ORT_DISABLE_TELEMETRY is 1 when it opens its first session: an id and a
 * database in the user's cache folder, events to a server. Nothing of the kind happens because of docclf.
 */
import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';
import { DocclfError } from '@docclf/core';

const variable = 'ORT_DISABLE_TELEMETRY';
const patienceMilliseconds = 5000;

/**
 * To be awaited before a session of the runtime is opened. A setting that is there, of whatever value, is the user's own
 * and stays.
 *
 * @throws RUNTIME_FAILED in a worker thread whose main thread cannot be told
 */
export async function turnOffTelemetry(): Promise<void> {
  const own = process.env[variable];
  if (isMainThread) {
    process.env[variable] = own ?? '1';
    return;
  }
  // A worker's `process.env` is a copy that the runtime, which asks the system, does not see: the main thread must set it.
  try {
    await evaluateInMainThread(`process.env.${variable} ??= ${JSON.stringify(own ?? '1')}`);
  } catch (cause) {
    // A main thread that waits for this worker cannot be told. What the worker has then is most likely a copy of its own.
    if (own !== undefined) return;
    const operation = `be silenced from a worker thread (set ${variable}=1 in the main thread or before the start)`;
    throw new DocclfError('RUNTIME_FAILED', { operation }, { cause });
  }
}

function evaluateInMainThread(expression: string): Promise<void> {
  const session = new Session();
  let timer: NodeJS.Timeout;
  return new Promise<void>((resolve, reject) => {
    // The timer also keeps the worker alive, which a waiting session does not.
    timer = setTimeout(() => reject(new Error('The main thread did not answer.')), patienceMilliseconds);
    session.connectToMainThread();
    session.post('Runtime.evaluate', { expression }, (error, answer) => {
      if (error) reject(error);
      else if (answer.exceptionDetails) reject(new Error(answer.exceptionDetails.text));
      else resolve();
    });
  }).finally(() => {
    clearTimeout(timer);
    session.disconnect();
  });
}
