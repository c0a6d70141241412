/**
 * Runs each way once a round, every second round in reverse order, so that neither always comes first.
 *
 * @template Result
 * @param {Record<string, (round: number) => Promise<Result>>} ways
 * @param {{ rounds: number, warmUp: number }} options `warmUp` rounds are run and forgotten
 * @returns {Promise<Record<string, Result[]>>} the results of each way, by round
 */
export async function interleave(ways, { rounds, warmUp }) {
  const names = Object.keys(ways);
  /** @type {Record<string, Result[]>} */
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const result = await ways[name](round + warmUp);
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

/**
 * Milliseconds that `work` takes.
 *
 * @param {() => unknown} work
 */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
