/** What the tests call in a page. Arguments and results are JSON. */
import { DocclfError } from '@docclf/core';
import { openGallery } from '@docclf/gallery';
import { createIndexedDbStore } from '../src/index.ts';

let opened;
const gallery = () => {
  opened ??= openGallery(createIndexedDbStore({ name: 'documents' }), { id: 'test@1', dimension: 64 });
  return opened;
};

const told = (work) =>
  work().catch((error) => {
    if (DocclfError.is(error)) return { code: error.code };
    throw error;
  });

const vector = () => Float32Array.from({ length: 64 }, () => 1 / 8);
const reference = (id) => ({
  id,
  label: 'type',
  vector: vector(),
  attachments: { thumbnail: new Uint8Array(100) },
});

export const add = (prefix, count) =>
  told(async () => {
    await (await gallery()).add(Array.from({ length: count }, (_, i) => reference(`${prefix}-${i}`)));
    return {};
  });

export const addInCommits = (commits, size) =>
  told(async () => {
    for (let i = 0; i < commits; i++) {
      const ids = Array.from({ length: size }, (_, j) => `r${String(i * size + j).padStart(4, '0')}`);
      await (await gallery()).add(ids.map(reference));
      console.log(`committed ${i + 1}`);
    }
    return {};
  });

export const remove = (id) =>
  told(async () => {
    await (await gallery()).remove({ id });
    return {};
  });

/** By the search and by walking through, which must agree. */
export const read = () =>
  told(async () => {
    const found = await (await gallery()).nearest(vector(), 10_000);
    const ids = [];
    for await (const { id } of (await gallery()).references()) ids.push(id);
    if (found.map(({ id }) => id).join() !== ids.join())
      throw new Error('The search found other references.');
    return { ids };
  });

/** How many references have attachments in the database. */
export function attachments() {
  return new Promise((resolve) => {
    indexedDB.open('documents').onsuccess = ({ target }) => {
      const store = target.result.transaction('attachment').objectStore('attachment');
      store.count().onsuccess = ({ target }) => resolve({ size: target.result });
    };
  });
}

/** From now on, a transaction that has written goes on for ever; and the console is told. */
export async function holdTransactions() {
  const { put } = IDBObjectStore.prototype;
  let isHeld = false;
  IDBObjectStore.prototype.put = function (...values) {
    const request = put.apply(this, values);
    if (isHeld) return request;
    isHeld = true;
    const goOn = () => {
      this.count().onsuccess = goOn;
    };
    request.addEventListener('success', () => {
      goOn();
      console.log('under way');
    });
    return request;
  };
  return {};
}
