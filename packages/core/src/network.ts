/** The one piece of code that runs an ONNX session: tensors in, unit vectors out. */
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

/** All in one run; NCHW values of one image each. */
type Infer = (tensors: readonly Float32Array[]) => Promise<Float32Array[]>;

/** @throws from what it returns: INVALID_ARGUMENT, RUNTIME_FAILED, VECTOR_* */
export function createNetwork({ manifest, session, Tensor }: NetworkParts): Infer {
  const { input, output } = manifest;
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
    let data: Float32Array;
    try {
      const answer = (await session.run(feeds))[output.name];
      if (answer?.type !== 'float32') {
        throw new TypeError(`Expected output ${output.name} of type float32 but received ${answer?.type}.`);
      }
      data = answer.data as Float32Array;
    } catch (cause) {
      throw new DocclfError('RUNTIME_FAILED', { operation: 'run the model' }, { cause });
    }
    const received = data.length / tensors.length;
    if (received !== output.dimension) {
      throw new DocclfError('VECTOR_DIMENSION', { expected: output.dimension, received });
    }
    return tensors.map((_, i) => toUnit(data.subarray(i * output.dimension, (i + 1) * output.dimension)));
  };
}
