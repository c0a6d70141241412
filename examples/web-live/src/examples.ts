/** Three drawn documents and a photograph of a fourth, for who has none at hand. */
import type { Reference, WebClassifier } from '@docclf/web';

const documents: readonly (readonly [label: string, url: URL])[] = [
  ['examples/id-card', new URL('../../../fixtures/documents/references/id-front.jpg', import.meta.url)],
  [
    'examples/claim-form',
    new URL('../../../fixtures/documents/references/insurance-acme-claim-form.jpg', import.meta.url),
  ],
  [
    'examples/receipt',
    new URL('../../../fixtures/documents/references/receipts-corner-shop.jpg', import.meta.url),
  ],
];
const another = new URL('../../../fixtures/documents/probes/id-front-1.jpg', import.meta.url);

/** Registers them, where they are not registered yet. */
export async function registerExamples(classifier: WebClassifier): Promise<readonly Reference[]> {
  const registered: Reference[] = [];
  for (const [label, url] of documents) {
    const { reference } = await classifier.register(url, { label, existing: 'keep' });
    registered.push(reference);
  }
  return registered;
}

/** Another holder's ID card. */
export async function exampleToRecognise(): Promise<File> {
  const response = await fetch(another);
  return new File([await response.blob()], 'Another ID card.jpg');
}
