// The first snippet of the README, twice: as a module, with its gallery in a file.
import { createDocClassifier, DocclfError } from '@docclf/node';

for (const existing of ['error', 'keep']) {
  const classifier = await createDocClassifier({ gallery: 'first.docclf' });
  await classifier.register('form.jpg', { label: 'insurance/acme/claim-form', existing });
  await classifier.register('id.jpg', { label: 'id/front', existing });
  const result = await classifier.classify('photo.jpg');
  if (result.status !== 'accepted' || result.label !== 'insurance/acme/claim-form') {
    throw new Error(`answered ${JSON.stringify(result)}`);
  }
  const error = await classifier.register('form.jpg', { label: 'id/front' }).catch((thrown) => thrown);
  if (!DocclfError.is(error, 'LABEL_CONFLICT')) throw error;
  await classifier.close();
}
console.log('ok');
