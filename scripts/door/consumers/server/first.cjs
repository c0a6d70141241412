// As a CommonJS program does it: `require` of an ES module, Node 20.19 or newer.
const { createDocClassifier } = require('@docclf/node');

(async () => {
  const classifier = await createDocClassifier();
  await classifier.register('form.jpg', { label: 'insurance/acme/claim-form' });
  const { label } = await classifier.classify('photo.jpg');
  if (label !== 'insurance/acme/claim-form') throw new Error(`answered ${label}`);
  await classifier.close();
  console.log('ok');
})();
