/** Whether this browser can run the model at all. */

/** The smallest module with a SIMD instruction: one function that returns `v128.const 0`. */
const simdModule = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // types: () -> v128
  ...[0x03, 0x02, 0x01, 0x00], // functions: one of that type
  ...[0x0a, 0x16, 0x01, 0x14, 0x00], // code: 20 bytes, no locals
  ...[0xfd, 0x0c, ...new Array<number>(16).fill(0)], // v128.const
  0x0b, // end
]);

/** ONNX Runtime has no build without 128-bit SIMD any more. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(simdModule);
}

/** Nothing can be done about it but another browser. */
export class NoSimdError extends Error {
  override readonly name = 'NoSimdError';

  constructor() {
    super('WebAssembly.validate refuses a module with a 128-bit SIMD instruction');
  }
}
