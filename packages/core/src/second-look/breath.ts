/** Comparing takes some milliseconds each: others come through now and then. */

/** Milliseconds of work in one piece. */
const slice = 10;

/** To be awaited before each piece; it lets others through where the last ones took long. */
export function createBreath(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since <= slice) return;
    await new Promise<void>((resolve) => void setTimeout(resolve));
    since = performance.now();
  };
}
