/**
 * The least of the ONNX format (protobuf, onnx.proto3) that a plain network of convolutions needs, so that a
 * network to be timed can be made here instead of being stored. Weights are random: time does not depend on them.
 */

const varint = (/** @type {number} */ value) => {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
};

/**
 * A field: numbers as varint, texts and buffers with their length before them, lists as repeated fields.
 *
 * @param {number} number
 * @param {number | string | Buffer | readonly (number | string | Buffer)[]} value
 * @returns {Buffer}
 */
function field(number, value) {
  if (Array.isArray(value)) return Buffer.concat(value.map((item) => field(number, item)));
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(value) : /** @type {Buffer} */ (value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const message = (/** @type {[number, Parameters<typeof field>[1]][]} */ ...fields) =>
  Buffer.concat(fields.map(([number, value]) => field(number, value)));

const FLOAT = 1;
const [ATTRIBUTE_INT, ATTRIBUTE_INTS] = [2, 7];

/** AttributeProto of a whole number or a list of them. */
const attribute = (/** @type {string} */ name, /** @type {number | readonly number[]} */ value) =>
  typeof value === 'number'
    ? message([1, name], [3, value], [20, ATTRIBUTE_INT])
    : message([1, name], [8, value], [20, ATTRIBUTE_INTS]);

/** ValueInfoProto; the first side is the batch. */
const valueInfo = (/** @type {string} */ name, /** @type {readonly number[]} */ sides) => {
  const shape = message([1, [message([2, 'N']), ...sides.map((side) => message([1, side]))]]);
  return message([1, name], [2, message([1, message([1, FLOAT], [2, shape])])]);
};

/** Collects nodes; every method returns the name of the tensor that it made. */
export class OnnxWriter {
  /** @param {() => number} random numbers from 0 to 1 */
  constructor(random) {
    this.random = random;
    /** @type {Buffer[]} */
    this.nodes = [];
    /** @type {Buffer[]} */
    this.constants = [];
  }

  /**
   * Random numbers around 0 of a size that keeps a layer's output near its input's.
   *
   * @param {readonly number[]} sides
   * @param {number} [around] all of them this number instead
   */
  constant(sides, around) {
    const count = sides.reduce((a, b) => a * b, 1);
    const spread = Math.sqrt(12 / (count / (sides[0] ?? 1)));
    const values = Float32Array.from({ length: count }, () => around ?? (this.random() - 0.5) * spread);
    const name = `constant${this.constants.length}`;
    this.constants.push(message([1, sides], [2, FLOAT], [8, name], [9, Buffer.from(values.buffer)]));
    return name;
  }

  /**
   * @param {string} kind operator of the standard
   * @param {readonly string[]} inputs
   * @param {Record<string, number | readonly number[]>} [attributes]
   */
  node(kind, inputs, attributes = {}) {
    const output = `tensor${this.nodes.length}`;
    const list = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    this.nodes.push(message([1, inputs], [2, output], [4, kind], [5, list]));
    return output;
  }

  /**
   * @param {{ name: string, sides: readonly number[] }} input
   * @param {{ name: string, sides: readonly number[] }} output
   * @param {number} opset version of the operator set
   */
  model(input, output, opset) {
    const graph = message(
      [1, this.nodes],
      [2, 'network'],
      [5, this.constants],
      [11, valueInfo(input.name, input.sides)],
      [12, valueInfo(output.name, output.sides)],
    );
    return message([1, 8], [2, 'docclf-bench'], [7, graph], [8, message([1, ''], [2, opset])]);
  }
}
