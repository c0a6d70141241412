/** A process's first answer with docclf: `node cold-docclf.js <file>`, prints the moments of each stage. */
const begun = performance.timeOrigin + performance.now();
const { createDocClassifier } = await import('@docclf/node');
const imported = performance.timeOrigin + performance.now();
const classifier = await createDocClassifier();
const loaded = performance.timeOrigin + performance.now();
const file = process.argv[2];
await classifier.register(file, { label: 'first' });
const { label } = await classifier.classify(file);
const answered = performance.timeOrigin + performance.now();
if (label !== 'first') throw new Error(`Expected the answer first but received ${label}.`);
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ processor: (user + system) / 1000, begun, imported, loaded, answered }));
await classifier.close();
