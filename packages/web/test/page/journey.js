/**
 * A visit in steps, each a load of the page: pictures embedded and one registered; after a reload, recognised from what was
 * kept; without a network, recognised again. What was found is sent by POST at the end, or the error at once.
 */
import { createIndexedDbStore } from '@docclf/gallery-indexeddb';
import { createDocClassifier } from '@docclf/web';

const { pictures, reference, probe, label, runtimeUrl } = JSON.parse(
  document.querySelector('#journey').textContent,
);
const step = Number(sessionStorage.getItem('step') ?? 0);
const found = JSON.parse(sessionStorage.getItem('found') ?? '{}');
const post = (path, value) => fetch(path, { method: 'POST', body: JSON.stringify(value) });

const open = () => createDocClassifier({ runtimeUrl, cache: true, gallery: createIndexedDbStore() });

async function recognise() {
  const classifier = await open();
  const { status, label } = await classifier.classify(probe);
  return { status, label, modelFrom: classifier.embedder.status().modelFrom };
}

const steps = [
  /** What is loaded from now on passes through the service worker, which keeps it. */
  async function keep() {
    await navigator.serviceWorker.register('/keep.js');
    await navigator.serviceWorker.ready;
  },
  async function meet() {
    const { embedder, register } = await open();
    found.vectors = [];
    for (const picture of pictures) {
      const [{ vector }] = await embedder.embed([picture]);
      found.vectors.push([...vector]);
    }
    await register(reference, { label });
  },
  async function reload() {
    found.reloaded = await recognise();
    await post('/cut', true);
  },
  async function offline() {
    found.reachable = await fetch('/never-asked-before').then(
      () => true,
      () => false,
    );
    found.offline = await recognise();
    await post('/cut', false);
    await post('/told', found);
  },
];

try {
  await steps[step]();
  if (step + 1 < steps.length) {
    sessionStorage.setItem('step', String(step + 1));
    sessionStorage.setItem('found', JSON.stringify(found));
    location.reload();
  }
} catch (error) {
  await post('/told', {
    ...found,
    failed: `${steps[step].name}: ${error.code ?? ''} ${error} ${error.cause ?? ''}`,
  });
}
