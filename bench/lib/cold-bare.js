/** The same libraries and the same model with nothing of docclf: the least that a process can start with. */
const begun = performance.timeOrigin + performance.now();
await import('sharp');
const { InferenceSession } = await import('onnxruntime-node');
const imported = performance.timeOrigin + performance.now();
const session = await InferenceSession.create(process.argv[2], {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const loaded = performance.timeOrigin + performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ processor: (user + system) / 1000, begun, imported, loaded, answered: loaded }));
await session.release();
