/**
 * `node scripts/check-sizes.mjs`: no source file of the packages is too long to be read at once, and no function too
 * long to be held in mind. Tests are not counted: their length is that of a list.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './run.mjs';

const maximumFile = 350;
const maximumFunction = 80;

const sources = readdirSync(join(root, 'packages')).flatMap((name) => {
  const folder = join('packages', name, 'src');
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
    .map((file) => join(folder, file));
});
const tooLong = sources.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lines = source.getLineAndCharacterOfPosition(text.length).line;
  return [
    ...(lines > maximumFile ? [`${file}: ${lines} lines, more than ${maximumFile}`] : []),
    ...longFunctions(source),
  ];
});
for (const one of tooLong) console.error(one);
if (tooLong.length > 0) {
  console.error(
    'Split along ideas, not along lines: one idea, one file; what a function is told it need not know.',
  );
  process.exit(1);
}

/** Functions with what stands inside them, in the order of the file. */
function longFunctions(source) {
  const found = [];
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const first = lineOf(node.getStart());
      const lines = lineOf(node.end) - first + 1;
      const name = node.name?.getText() ?? node.parent.name?.getText() ?? 'a function';
      if (lines > maximumFunction)
        found.push(`${source.fileName}:${first}: ${name} has ${lines} lines, more than ${maximumFunction}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
