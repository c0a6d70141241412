import { describe, expect, it } from 'vitest';
import { DocclfError } from './errors.ts';
import { parseManifest, spaceOf } from './manifest.ts';
import { manifestJson, thrownCode } from './testing.ts';

type Json = ReturnType<typeof manifestJson>;

/** The problems found after `change`. */
function problemsOf(change: (json: Json & Record<string, unknown>) => void): readonly string[] {
  const json: Json & Record<string, unknown> = manifestJson();
  change(json);
  try {
    parseManifest(json);
    return [];
  } catch (error) {
    if (!DocclfError.is(error, 'MANIFEST_INVALID')) throw error;
    return error.details.problems;
  }
}

describe('parseManifest', () => {
  it('returns what was written', () => {
    expect(parseManifest(manifestJson())).toEqual(manifestJson());
  });

  it('leaves out what it does not know', () => {
    expect(parseManifest({ ...manifestJson(), comment: 'made on a Monday' })).toEqual(manifestJson());
  });

  it.each(Object.keys(manifestJson()))('misses %s', (field) => {
    const [problem, ...others] = problemsOf((json) => delete json[field]);
    expect(problem).toMatch(new RegExp(`^${field}: .*expected`));
    expect(others).toEqual([]);
  });

  it('says what it expected, in words of its own locale', () => {
    expect(
      problemsOf((json) => {
        json.input.width = 'wide' as never;
      }),
    ).toEqual(['input.width: Invalid input: expected number, received string']);
  });

  it('refuses an input that no memory holds', () => {
    const [problem] = problemsOf((json) => {
      json.input.height = 1e9;
    });
    expect(problem).toMatch(/^input\.height: .*4096/);
  });

  it('names every problem', () => {
    const problems = problemsOf((json) => {
      json.format = 'docclf-model/2';
      json.sha256 = 'ABC';
      json.output.dimension = 0;
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'format',
      'sha256',
      'output.dimension',
    ]);
  });

  it.each<[string, string, (json: Json) => void]>([
    ['a zero deviation', 'preprocessing.std.1', (json) => json.preprocessing.std.fill(0, 1, 2)],
    ['two channels of mean', 'preprocessing.mean', (json) => json.preprocessing.mean.pop()],
    ['half a pixel', 'input.height', (json) => Object.assign(json.input, { height: 0.5 })],
    ['another layout', 'input.layout', (json) => Object.assign(json.input, { layout: 'nhwc' })],
    ['an empty id', 'id', (json) => Object.assign(json, { id: '' })],
    ['a hash in capitals', 'sha256', (json) => Object.assign(json, { sha256: 'A'.repeat(64) })],
    ['a score above 1', 'impostorScores.table.4.score', (json) => setRow(json, 4, { score: 1.1 })],
    ['a rate of 0', 'impostorScores.table.4.fpr', (json) => setRow(json, 4, { fpr: 0 })],
    ['a table of one row', 'impostorScores.table', (json) => json.impostorScores.table.splice(1)],
    ['a rate twice', 'manifest', (json) => setRow(json, 1, { fpr: 0.5 })],
    ['a score that falls', 'manifest', (json) => setRow(json, 1, { score: 0.4 })],
    ['a golden vector of another length', 'manifest', (json) => json.golden.vector.push(0)],
  ])('refuses %s', (_, path, change) => {
    const problems = problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${path}: `));
  });

  it('allows a score twice: few impostors may leave the tail flat', () => {
    expect(problemsOf((json) => setRow(json, 4, { score: 0.62 }))).toEqual([]);
  });

  it.each([null, undefined, 'text', 7, []])('refuses %j', (json) => {
    expect(thrownCode(() => parseManifest(json))).toBe('MANIFEST_INVALID');
  });
});

it('spaceOf is what binds a gallery to the model', () => {
  expect(spaceOf(parseManifest(manifestJson()))).toEqual({ id: 'tiny@1', dimension: 2 });
});

function setRow(json: Json, row: number, values: object): void {
  Object.assign(json.impostorScores.table[row]!, values);
}
