/** The module with its WebAssembly inside, which comes without types of its own. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  export default function createModule(options: object): Promise<unknown>;
}
