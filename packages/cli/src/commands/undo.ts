/** docclf sort --undo: the last run is taken back. */
import { resolve } from 'node:path';
import { openArchive } from '../archive/archive.ts';
import type { Undone } from '../archive/take-back.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { shownPath } from '../files/paths.ts';
import { jsonLine, pad, printable } from '../text.ts';

const reasons: Readonly<Record<Exclude<Undone['became'], 'back'>, string>> = {
  gone: 'is not there any more',
  changed: 'was written to since, and stays',
  occupied: 'stays: its old place is taken',
  'only copy': 'stays: it is the only copy that is left',
};

export async function undo(
  { screen, signal }: Context,
  { to, json }: { readonly to: string; readonly json?: boolean },
): Promise<number> {
  let [back, left] = [0, 0];
  for await (const { step, became } of openArchive(to).undo()) {
    const [from, path] = [shownPath(step.from), resolve(to, shownPath(step.to))];
    if (json) await screen.print(jsonLine({ file: path, became, to: became === 'back' ? from : undefined }));
    else if (became === 'back') {
      const way = step.way === 'move' ? `${printable(path)}  ->  ${printable(from)}` : printable(path);
      await screen.print(`${pad(step.way === 'move' ? 'back' : 'removed', 7)}  ${way}`);
    } else screen.note(`docclf: ${path} ${reasons[became]}.`);
    if (became === 'back') back++;
    else left++;
    if (signal.aborted) {
      screen.note('docclf: ABORTED: The same command goes on with what is left.');
      return exitCodes.interrupted;
    }
  }
  screen.note(back + left === 0 ? 'Nothing to take back.' : `${back} taken back, ${left} left as they are.`);
  return left > 0 ? exitCodes.someFailed : exitCodes.done;
}
