/**
 * PP-LCNet 0.5 with the head of the published system, untrained, as an ONNX file in memory.
 *
 * Backbone: table 1 of arXiv:2109.15099 at half the width, batch norms folded into the convolutions. Head: our reading of
 * what docsaid.org publishes: a squeeze convolution on the last map, then twice linear, layer norm, batch norm.
 */
import { OnnxWriter } from './onnx-writer.js';
import { randomFrom } from './random.js';

// Kernel, channels out at full width, stride, squeeze-and-excitation.
/** @type {readonly (readonly [number, number, number, boolean])[]} */
const BLOCKS = [
  [3, 32, 1, false],
  [3, 64, 2, false],
  [3, 64, 1, false],
  [3, 128, 2, false],
  [3, 128, 1, false],
  [3, 256, 2, false],
  [5, 256, 1, false],
  [5, 256, 1, false],
  [5, 256, 1, false],
  [5, 256, 1, false],
  [5, 256, 1, false],
  [5, 512, 2, true],
  [5, 512, 1, true],
];
const WIDTH = 0.5;
const SIDE = 128;
const DIMENSION = 256;

/** @returns {Buffer} input `image` [N, 3, 128, 128], output the last tensor [N, 256] */
export function untrainedLcnet() {
  const writer = new OnnxWriter(randomFrom(1));

  /** @param {string} tensor @param {number} from @param {number} to @param {number} kernel */
  const convolution = (tensor, from, to, kernel, stride = 1, group = 1) =>
    writer.node(
      'Conv',
      [tensor, writer.constant([to, from / group, kernel, kernel]), writer.constant([to])],
      {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: Array(4).fill((kernel - 1) / 2),
        group,
      },
    );
  const hardSwish = (/** @type {string} */ tensor) => writer.node('HardSwish', [tensor]);

  let channels = 16 * WIDTH;
  let tensor = hardSwish(convolution('image', 3, channels, 3, 2));
  for (const [kernel, width, stride, squeezed] of BLOCKS) {
    tensor = hardSwish(convolution(tensor, channels, channels, kernel, stride, channels));
    if (squeezed) {
      const pooled = writer.node('GlobalAveragePool', [tensor]);
      const less = writer.node('Relu', [convolution(pooled, channels, channels / 4, 1)]);
      const gate = writer.node('HardSigmoid', [convolution(less, channels / 4, channels, 1)]);
      tensor = writer.node('Mul', [tensor, gate]);
    }
    tensor = hardSwish(convolution(tensor, channels, width * WIDTH, 1));
    channels = width * WIDTH;
  }
  tensor = writer.node('Flatten', [convolution(tensor, channels, DIMENSION, 1)]);
  let size = DIMENSION * (SIDE / 32) ** 2;
  for (let i = 0; i < 2; i++) {
    tensor = writer.node('Gemm', [tensor, writer.constant([DIMENSION, size])], { transB: 1 });
    const norm = () => [writer.constant([DIMENSION], 1), writer.constant([DIMENSION])];
    tensor = writer.node('LayerNormalization', [tensor, ...norm()]);
    const moments = [writer.constant([DIMENSION]), writer.constant([DIMENSION], 1)];
    tensor = writer.node('BatchNormalization', [tensor, ...norm(), ...moments]);
    size = DIMENSION;
  }
  return writer.model({ name: 'image', sides: [3, SIDE, SIDE] }, { name: tensor, sides: [DIMENSION] }, 17);
}
