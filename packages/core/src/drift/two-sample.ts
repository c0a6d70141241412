/** Two exact tests: were two samples drawn alike? Exact, so that small windows promise no more than they hold. */

/** Largest distance of the two empirical distribution functions, 0 to 1. Both samples ascending and not empty. */
export function kolmogorovSmirnovDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    // Equal values are passed together: between them there is no distribution function.
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/**
 * P(distance >= `distance`) for two samples of `m` and `n` values drawn alike, two-sided: the share of the
 * orders in which the values may come whose path through the m x n lattice strays that far (Hodges, The
 * significance probability of the Smirnov two-sample test, Arkiv för Matematik 3, 1958). Takes m x n steps.
 * With ties it is at most too large.
 */
export function kolmogorovSmirnovPValue(distance: number, m: number, n: number): number {
  // In whole units of 1 / (m n), so that rounding decides nothing.
  const limit = Math.round(distance * m * n);
  const strays = (i: number, j: number) => Math.abs(i * n - j * m) >= limit;
  // Of the paths that lead to (i, j): the share that never strayed, for the row i.
  const inside = new Float64Array(n + 1);
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= n; j++) {
      if (strays(i, j)) inside[j] = 0;
      else if (i === 0 && j === 0) inside[j] = 1;
      else {
        const fromAbove = i > 0 ? inside[j]! * i : 0;
        const fromLeft = j > 0 ? inside[j - 1]! * j : 0;
        inside[j] = (fromAbove + fromLeft) / (i + j);
      }
    }
  }
  return Math.min(1, Math.max(0, 1 - inside[n]!));
}

/**
 * P of a table at least as unlikely as this one when both rates are the same, two-sided (Fisher, The logic of
 * inductive inference, Journal of the Royal Statistical Society 98, 1935): `a` of `m`, and `b` of `n`.
 */
export function fisherPValue(a: number, m: number, b: number, n: number): number {
  const logFactorial = new Float64Array(m + n + 1);
  for (let i = 1; i <= m + n; i++) logFactorial[i] = logFactorial[i - 1]! + Math.log(i);
  const logChoose = (total: number, part: number) =>
    logFactorial[total]! - logFactorial[part]! - logFactorial[total - part]!;
  const successes = a + b;
  const logProbability = (x: number) =>
    logChoose(m, x) + logChoose(n, successes - x) - logChoose(m + n, successes);
  // Tables as likely as the observed one belong to it; logarithms of sums differ in their last digits.
  const observed = logProbability(a) + 1e-7;
  let sum = 0;
  for (let x = Math.max(0, successes - n); x <= Math.min(m, successes); x++) {
    const log = logProbability(x);
    if (log <= observed) sum += Math.exp(log);
  }
  return Math.min(1, sum);
}
