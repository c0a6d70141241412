/** An evaluation as lines for the terminal. */
import type { DecisionCounts } from '@docclf/core/evaluation';
import { pad, printable, widest } from '../text.ts';
import { answerSentence } from './answers.ts';
import { type Evaluated, thresholdName } from './evaluated.ts';
import { grouped, percent, percentWithRange } from './numbers.ts';
import { aurocText, figureRows } from './summary.ts';
import { warningsOf } from './warnings.ts';

/** The first few say where to look; `--json` and `--report` have more. */
const confusionsShown = 5;

export function tableOf(evaluated: Evaluated): string[] {
  const { evaluation, manifest, threshold } = evaluated;
  const { verification, identification, gallerySizes, atThreshold, decisions, sources } = evaluation;
  const lines = [
    answerSentence(evaluated),
    '',
    `${grouped(evaluation.images)} images of ${grouped(evaluation.types)} types, ${grouped(evaluation.unknown)} unknown; ` +
      `${grouped(verification.genuinePairs)} genuine and ${grouped(verification.impostorPairs)} impostor pairs`,
    `Model ${printable(manifest.id)} ${printable(manifest.version)}; in parentheses 95 % intervals, by resampling types`,
    '',
  ];
  const rows = figureRows(evaluated).map(({ name, figures, part }) => [
    part ? `  ${name}` : name,
    percentWithRange(figures.micro),
    percentWithRange(figures.macro),
  ]);
  lines.push(...columns([['', 'all cases (micro)', 'mean over types (macro)'], ...rows]));
  lines.push(
    `${pad('AUROC', widest(rows.map(([name = '']) => name)))}  ${aurocText(verification.auroc)}`,
    '',
  );

  const whole = gallerySizes.at(-1);
  if (atThreshold && whole) {
    lines.push(
      `At ${thresholdName(threshold)} ${threshold.value.toFixed(4)}: TPR ${percent(atThreshold.tpr)}, FPR ${percent(atThreshold.fpr)}; ` +
        `with ${whole.types} types registered FNIR ${percent(whole.fnir)}, FPIR ${percent(whole.fpir)}`,
      '',
    );
  }
  if (decisions) lines.push(...decisionLines(decisions, identification.draws), '');
  if (sources.length > 1) {
    const [smallest] = [...verification.rates].sort((a, b) => a.fpr - b.fpr);
    const table = sources.map(({ source, types, images, rank1, verification: own }) => [
      printable(source),
      String(types),
      String(images),
      percent(own.rates.find(({ fpr }) => fpr === smallest?.fpr)?.macro.value),
      percent(rank1.macro.value),
    ]);
    lines.push(
      ...columns([['source', 'types', 'images', `TPR at FPR ${smallest?.fpr}`, 'rank 1'], ...table]),
      '',
    );
  }
  if (identification.confusions.length > 0) {
    lines.push('Taken for another type most often:');
    for (const { truth, predicted, share } of identification.confusions.slice(0, confusionsShown)) {
      lines.push(`  ${percent(share)} of ${printable(truth)} for ${printable(predicted)}`);
    }
    lines.push('');
  }
  lines.push(...warningsOf(evaluated).map((warning) => `! ${printable(warning)}`));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** What the classifier would answer without a second look, with its margin and backing off. */
function decisionLines({ searches, nonMated, depths, ...counts }: DecisionCounts, draws: number): string[] {
  const share = (count: number, of = searches) => percent(of > 0 ? count / of : null);
  const parts = [
    `right ${share(counts.right)}`,
    ...(depths.length > 1
      ? [`an ancestor ${share(counts.ancestor)}`, `parent right, child wrong ${share(counts.parentRight)}`]
      : []),
    `wrong ${share(depths.length > 1 ? counts.wrong : counts.wrong + counts.parentRight)}`,
    `unknown ${share(counts.unknown)}`,
    ...(counts.oneOf > 0 ? [`of these one of several look-alikes ${share(counts.oneOf)}`] : []),
  ];
  const refused = nonMated ? `; strangers accepted ${share(nonMated.accepted, nonMated.searches)}` : '';
  return [`By vectors alone, one reference a type drawn ${draws} times: ${parts.join(', ')}${refused}`];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => widest(rows.map((row) => row[column] ?? '')));
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
