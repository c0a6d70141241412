/** Throws damaged files and wrong calls at everything public: `npm run fuzz -- --minutes 10 --seed 7`. */
import { parseArgs } from 'node:util';
import { run } from './run.mjs';
import { setUp } from './setup.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    /** In place of minutes. */
    inputs: { type: 'string' },
    /** The number of one input of the seed, as a report names it. */
    only: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (Number.isFinite(Number(value)) && Number(value) > 0) continue;
  console.error(`--${name} must be a number above 0.`);
  process.exit(2);
}
setUp();
process.exitCode = run('npx', ['vitest', 'run', 'packages/cli/test/fuzz.test.ts', '--project', 'node'], {
  env: {
    DOCCLF_FUZZ_SEED: values.seed,
    ...(values.only !== undefined
      ? { DOCCLF_FUZZ_ONLY: values.only }
      : values.inputs === undefined
        ? { DOCCLF_FUZZ_MINUTES: values.minutes }
        : { DOCCLF_FUZZ_INPUTS: values.inputs }),
  },
});
