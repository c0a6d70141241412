/** Bytes of the `.wasm` file of each build of the runtime, before compression; a test compares them with the files. */
export const runtimeBytes = { wasm: 14_240_000, webgpu: 26_782_000 } as const;
