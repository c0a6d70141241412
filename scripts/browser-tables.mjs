/** The tables of browsers and bundlers in the README of `@docclf/web`: what a run of the tests found, printed and written. */

/** @param {import('./browser-tables.mjs').ReadmeRow} row */
export function cellsOf(row) {
  const yes = (works) => (works ? 'yes' : 'no');
  if ('bundler' in row) return [row.bundler, row.version, ...row.works.map(yes)];
  const { browser, version, pictures, leastCosine, reloaded, offline } = row;
  // Downwards: the table may claim no more than was seen.
  const cosine = (Math.floor(leastCosine * 10_000) / 10_000).toFixed(4);
  return [browser, version, String(pictures), cosine, yes(reloaded), yes(offline)];
}

/** @param {readonly string[]} cells */
const lineOf = (cells) => `| ${cells.join(' | ')} |`;

/** The cells of the row that names this browser or bundler. */
export function rowOf(readme, name) {
  const line = readme.split('\n').find((each) => each.startsWith(`| ${name} |`));
  return line
    ?.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The README with these rows in place of those of the same name. */
export function fill(readme, rows) {
  const lines = new Map(rows.map((row) => [cellsOf(row)[0], lineOf(cellsOf(row))]));
  const filled = readme.split('\n').map((line) => lines.get(/^\| ([^|]+) \|/.exec(line)?.[1]) ?? line);
  return filled.join('\n');
}

/** What was found, under the README's own heads; nothing of what was not asked. */
export function tablesOf(rows) {
  const heads = {
    browser: [
      'browser',
      'asked',
      'pictures',
      "least cosine with Node's vector",
      'after a reload',
      'without a network',
    ],
    bundler: ['bundler', 'asked', 'in the worker', 'in the worker, two threads', 'in the page'],
  };
  return Object.entries(heads)
    .map(([kind, head]) => [head, rows.filter((row) => kind in row).map(cellsOf)])
    .filter(([, found]) => found.length > 0)
    .map(([head, found]) => aligned([head, ...found]))
    .join('\n\n');
}

/** @param {readonly (readonly string[])[]} table */
export function aligned(table) {
  const columns = Math.max(...table.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...table.map((row) => row[i]?.length ?? 0)),
  );
  return table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
