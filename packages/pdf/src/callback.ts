/** A function of ours that WebAssembly can call by its number: what emscripten's addFunction does, which this build leaves out. */

/** Of WebAssembly's own interface what is used here; the platforms' types are not known to neutral packages. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: { readonly f: unknown } };
};

export interface FunctionTable {
  set(index: number, value: unknown): void;
}

/** A module that imports `e.f`, of three 32-bit numbers to one, and exports it: only such functions go into a table. */
const passingOn = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x01, 0x7f],
  ...[0x02, 0x07, 0x01, 0x01, 0x65, 0x01, 0x66, 0x00, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
);

/** The table cannot grow, and all its places are taken but that of the null pointer: calling that is a trap again afterwards. */
const freePlace = 0;

/** Runs `work`, which is given the number under which WebAssembly can call `f` meanwhile. */
export function withFunction<Result>(
  table: FunctionTable,
  f: (a: number, b: number, c: number) => number,
  work: (place: number) => Result,
): Result {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(passingOn), { e: { f } });
  table.set(freePlace, exports.f);
  try {
    return work(freePlace);
  } finally {
    table.set(freePlace, null);
  }
}
