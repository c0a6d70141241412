import { expect, it } from 'vitest';
import { withMemory } from './memory-turns.ts';

const mebibytes = (count: number) => count * 2 ** 20;

/** Work that goes on until it is let go. */
function held(bytes: number, signal?: AbortSignal) {
  let letGo = () => {};
  const state = { runs: false };
  const done = withMemory(bytes, signal, () => {
    state.runs = true;
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  });
  return { state, done, letGo: () => letGo() };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 0));

it('runs beside one another what fits, the rest in order, and small pictures at once', async () => {
  const all = [300, 200, 100, 1, 600].map((size) => held(mebibytes(size)));
  const running = () => all.map(({ state }) => state.runs);
  await turns();
  expect(running()).toEqual([true, true, false, true, false]);
  all[1]!.letGo();
  await all[1]!.done;
  await turns();
  // What takes more than there is waits to be alone.
  expect(running()).toEqual([true, true, true, true, false]);
  for (const one of [all[0]!, all[2]!]) {
    one.letGo();
    await one.done;
  }
  await turns();
  expect(running()[4]).toBe(true);
  for (const one of [all[3]!, all[4]!]) {
    one.letGo();
    await one.done;
  }
});

it('leaves the line when it is aborted, and lets the next one in', async () => {
  const first = held(mebibytes(400));
  const abort = new AbortController();
  const second = held(mebibytes(500), abort.signal);
  const third = held(mebibytes(100));
  await turns();
  expect([second.state.runs, third.state.runs]).toEqual([false, false]);
  abort.abort();
  await expect(second.done).rejects.toMatchObject({ code: 'ABORTED' });
  await turns();
  expect(third.state.runs).toBe(true);
  for (const one of [first, third]) {
    one.letGo();
    await one.done;
  }
});

it('gives its memory back when the work fails', async () => {
  for (let i = 0; i < 3; i++)
    await expect(
      withMemory(mebibytes(512), undefined, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
  await expect(withMemory(mebibytes(512), undefined, async () => 7)).resolves.toBe(7);
});
