/** The one piece of code that runs an ONNX session: tensors in, unit vectors and state maps out. */
import { DocclfError } from './errors.ts';
import type { ModelManifest } from './model-manifest.ts';
import { toUnit } from './vector.ts';

/** What is used of a tensor, as every ONNX runtime has it. */
export interface SessionTensor {
  readonly type: string;
  /** A `Float32Array` when the type is `float32`. */
  readonly data: unknown;
}

/**
 * What is used of an open session. Those of onnxruntime-node and onnxruntime-web fit, and so does whatever has these
 * two calls.
 */
export interface Session {
  run(feeds: Record<string, SessionTensor>): Promise<Readonly<Record<string, SessionTensor>>>;
  release(): Promise<void>;
}

/** The runtime's own `Tensor`. */
export type SessionTensorConstructor = new (
  type: 'float32',
  data: Float32Array,
  shape: readonly number[],
) => SessionTensor;

export interface NetworkParts {
  readonly manifest: ModelManifest;
  /** An open session of onnxruntime-node or onnxruntime-web. */
  readonly session: Session;
  readonly Tensor: SessionTensorConstructor;
}

/** What the network says of one image. */
export interface Inferred {
  /** Unit vector of the manifest's dimension. */
  readonly vector: Float32Array;
  /** Its state map, where the manifest has a `state`. */
  readonly state?: Float32Array;
}

/** All in one run; NCHW values of one image each. */
type Infer = (tensors: readonly Float32Array[]) => Promise<Inferred[]>;

/** @throws from what it returns: INVALID_ARGUMENT, RUNTIME_FAILED, VECTOR_* */
export function createNetwork({ manifest, session, Tensor }: NetworkParts): Infer {
  const { input, output, state } = manifest;
  const valuesPerImage = input.channels * input.height * input.width;
  return async (tensors) => {
    const values = new Float32Array(tensors.length * valuesPerImage);
    tensors.forEach((tensor, i) => {
      if (tensor.length !== valuesPerImage) {
        const expected = `${valuesPerImage} values`;
        const received = String(tensor.length);
        throw new DocclfError('INVALID_ARGUMENT', { argument: 'tensor', expected, received });
      }
      values.set(tensor, i * valuesPerImage);
    });
    const shape = [tensors.length, input.channels, input.height, input.width];
    const feeds = { [input.name]: new Tensor('float32', values, shape) };
    let answers: Awaited<ReturnType<Session['run']>>;
    try {
      answers = await session.run(feeds);
    } catch (cause) {
      throw runFailed(cause);
    }
    const vectors = rowsOf(answers, output.name, output.dimension, tensors.length);
    const states = state && rowsOf(answers, state.output, state.channels * state.places, tensors.length);
    return vectors.map((vector, i) => ({ vector: toUnit(vector), ...(states && { state: states[i]! }) }));
  };
}

/** An output's rows, one an image. */
function rowsOf(
  answers: Readonly<Record<string, SessionTensor>>,
  name: string,
  width: number,
  images: number,
): Float32Array[] {
  const answer = answers[name];
  if (answer?.type !== 'float32') {
    throw runFailed(new TypeError(`Expected output ${name} of type float32 but received ${answer?.type}.`));
  }
  const data = answer.data as Float32Array;
  const received = data.length / images;
  if (received !== width) throw new DocclfError('VECTOR_DIMENSION', { expected: width, received });
  return Array.from({ length: images }, (_, i) => data.slice(i * width, (i + 1) * width));
}

function runFailed(cause: unknown): DocclfError {
  return new DocclfError('RUNTIME_FAILED', { operation: 'run the model' }, { cause });
}
