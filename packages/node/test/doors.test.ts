/** The doors of node and web show the same of what stands behind them, or the difference has a reason here. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

type Door = 'core' | 'node' | 'web';

/** Each name of a door, and the module that it comes from. */
function exportsOf(door: Door): Map<string, string> {
  const file = new URL(`../../${door}/src/index.ts`, import.meta.url);
  const source = ts.createSourceFile('index.ts', readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  const names = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement))
      throw new Error(`${door} exports what it does not take from a file`);
    const { exportClause, moduleSpecifier } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause))
      throw new Error(`${door} lists not what it exports`);
    const from = (moduleSpecifier as ts.StringLiteral).text;
    for (const { name } of exportClause.elements) names.set(name.text, from);
  }
  return names;
}

const doors = { core: exportsOf('core'), node: exportsOf('node'), web: exportsOf('web') };
/** Not what a runtime makes itself. */
const namesOf = (door: Door) =>
  [...doors[door]].filter(([, from]) => from.startsWith('@docclf/')).map(([name]) => name);

/** What one runtime alone shows of the packages behind it, and why. */
const ofOneRuntime: Record<string, string> = {
  angleOf: 'of the localiser as a call of its own, which the browser has only inside a classifier',
  FoundQuad: 'the same',
  Look: 'the same',
};

/** What of core is for those who write a runtime, a store or a measurement, and in neither door. */
const forImplementers: Record<string, string> = {
  BranchState: 'recognition and stores',
  branchStateOf: 'recognition and stores',
  readCohort: 'a runtime, which reads the file',
  createEmbedder: 'a runtime',
  EmbedderParts: 'a runtime',
  PreparedImage: 'a runtime',
  PreparedView: 'a runtime',
  probeVariations: 'a runtime',
  assertSameSpace: 'a store',
  parseManifest: 'a runtime; ModelManifest is in both doors',
  StateModel: 'a part of ModelManifest',
  Session: 'a runtime',
  SessionTensor: 'a runtime',
  SessionTensorConstructor: 'a runtime',
  checkAsked: 'evaluation and lint',
  createOperatingPoints: 'evaluation and lint',
  Evidence: 'evaluation and lint',
  Judge: 'evaluation and lint',
  Meeting: 'evaluation and lint',
  OperatingPoint: 'evaluation and lint',
  OperatingPoints: 'evaluation and lint',
  pointOf: 'evaluation and lint',
  Searched: 'evaluation and lint',
  createSignificance: 'evaluation and lint',
  Significance: 'evaluation and lint',
  Tails: 'evaluation and lint',
  Comparisons: 'evaluation and lint',
  Standing: 'evaluation and lint',
  stateAttachment: 'a store that copies references',
  stateOfAttachments: 'a store that copies references',
  stateToBytes: 'a store that copies references',
  mapConcurrent: 'a runtime',
  FirstLook: 'a second look of one\u2019s own; what came of it is Sight, in both doors',
  Looked: 'the same',
  SecondLook: 'the same',
  assertUnitVector: 'a store',
  cosineOfScore: 'a store',
};

it('node and web show the same names', () => {
  const [node, web] = [namesOf('node'), namesOf('web')];
  const differing = [
    ...node.filter((name) => !web.includes(name)),
    ...web.filter((name) => !node.includes(name)),
  ];
  expect(differing.sort()).toEqual(Object.keys(ofOneRuntime).sort());
});

it.each(['node', 'web'] as const)('%s shows what core shows, but for what implementers need', (door) => {
  const missing = [...doors.core.keys()].filter((name) => !doors[door].has(name));
  expect(missing.sort()).toEqual(Object.keys(forImplementers).sort());
});
