/** The example as a user runs it, on the built packages. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const built = existsSync(new URL('../../packages/node/dist/index.js', import.meta.url));
const script = fileURLToPath(new URL('quickstart.js', import.meta.url));

it.skipIf(!built)('keeps its four promises and draws a contact sheet (needs a build)', () => {
  const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  const line = (name: string) => printed.split('\n').filter((text) => text.includes(` ${name} `));

  for (const probe of [1, 2]) {
    // Look-alike classes, one reference each.
    expect(line(`insurance-acme-claim-form-${probe}`)[0]).toMatch(/✓ .* insurance\/acme\/claim-form$/);
    expect(line(`insurance-borealis-claim-form-${probe}`)[0]).toMatch(
      /✓ .* insurance\/borealis\/claim-form$/,
    );
    // Sub-labels under a type.
    expect(line(`id-front-${probe}`)[0]).toMatch(/✓ .* id\/front$/);
    expect(line(`id-back-${probe}`)[0]).toMatch(/✓ .* id\/back$/);
    expect(line(`id-gen-2-front-${probe}`)[0]).toMatch(/✓ .* id\/gen-2\/front$/);
    // A type added while running: first unknown, or no more than what its look-alikes have in common; then right.
    const [before, after] = line(`insurance-acme-claim-form-gen-2-${probe}`);
    expect(before).toMatch(/unknown| {2}insurance +\(not certain: /);
    expect(after).toMatch(/✓ .* insurance\/acme\/claim-form\/gen-2$/);
  }
  // Look-alikes that only their words tell apart, and which.
  for (const letter of ['renewal', 'lapse']) expect(line(`${letter}-photo`)[0]).toMatch(/✓ .* letters\//);
  expect(printed.match(/by \d+ places of its print that letters\/\w+ does not have/g)).toHaveLength(2);
  // A document of no registered type.
  for (const probe of ['letter', 'parking-notice', 'school-certificate']) {
    expect(line(`unknown-${probe}`)[0]).toMatch(/✓ .* unknown/);
  }

  const sheet = printed.match(/matched: (.*)$/m)![1]!;
  const html = readFileSync(sheet, 'utf8');
  expect(html.match(/<article/g)).toHaveLength(25);
  expect(html.match(/<i style="left: [\d.]+%; top/g)!.length).toBeGreaterThanOrEqual(4);
  expect(html).not.toMatch(/(src|href)="(?!data:)/);
});
