/** Sessions of onnxruntime-node, which is loaded with the first of them: importing docclf opens no native library. */
import { DocclfError } from '@docclf/core';
import { runtimeFailed } from '@docclf/core/implementer';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { turnOffTelemetry } from './telemetry.ts';

export interface OpenedSession {
  readonly session: InferenceSession;
  /** Of the same runtime as the session. */
  readonly Tensor: typeof Tensor;
}

/**
 * @param threads of one run
 * @param what is opened, for errors
 * @throws RUNTIME_FAILED, also where the runtime does not fit this system
 */
export async function openSession(bytes: Uint8Array, threads: number, what: string): Promise<OpenedSession> {
  await turnOffTelemetry();
  const { InferenceSession, Tensor } = await import('onnxruntime-node').catch(cannotBeLoaded);
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Warnings go to the process's stderr, where a command line's user would take them for ours.
    logSeverityLevel: 3,
  }).catch(runtimeFailed(`load ${what}`));
  return { session, Tensor };
}

/**
 * What the system's loader says of it names libraries and versions of symbols; these are the ways in which it comes about. Two
 * versions of one runtime have one name on Linux, so a process that has opened the one cannot open the other.
 */
function cannotBeLoaded(cause: unknown): never {
  const { platform, arch } = process;
  const operation =
    `open onnxruntime-node on ${platform} ${arch} (it needs Linux with glibc and not Alpine, macOS on arm64 or Windows; ` +
    'docclf-trim leaves one platform; two versions of it do not fit into one process)';
  throw new DocclfError('RUNTIME_FAILED', { operation }, { cause });
}
