/** What every benchmark prints: on what it ran, and one table. */
import { availableParallelism, cpus, loadavg } from 'node:os';

/** @param {string} question */
export function printHeading(question) {
  const busy = loadavg()[0].toFixed(1);
  console.log(`\n${question}`);
  console.log(
    `${cpus().length} cores (${availableParallelism()} usable, load ${busy} before), node ${process.version}, ${process.platform} ${process.arch}\n`,
  );
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows numbers are shown with one decimal
 */
export function printTable(head, rows) {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell)),
  );
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) {
    const [name, ...values] = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(`  ${[name, ...values].join('   ')}`);
  }
  console.log();
}

/** @param {{ median: number, low: number, high: number }} ratio */
export const ratioText = ({ median, low, high }) =>
  `${median.toFixed(2)} times (half of the rounds between ${low.toFixed(2)} and ${high.toFixed(2)})`;
