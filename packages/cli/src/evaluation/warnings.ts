/** What a reader of the figures must know before believing them. */
import { minimumExpectedErrors } from '@docclf/core/evaluation';
import type { Evaluated } from './evaluated.ts';
import { grouped, rateName } from './numbers.ts';

/** Two pictures this alike are one picture, saved twice. */
const samePicture = 0.9995;

export function warningsOf({ evaluation, images, failures }: Evaluated): string[] {
  const { verification, identification, nonMated, singleImageTypes, types, unknown } = evaluation;
  const warnings: string[] = [];
  if (failures.length > 0) warnings.push(`${failures.length} file(s) could not be read and are left out.`);
  if (verification.genuinePairs === 0) {
    warnings.push('No type has two images, so nothing can be said about recognising one: add images.');
  } else if (singleImageTypes > 0) {
    warnings.push(`${singleImageTypes} of ${types} types have a single image; they count as impostors only.`);
  }
  if (types === 1)
    warnings.push('There is one type, so nothing can be said about telling types apart: add another.');
  if (verification.impostorPairs > 0 && verification.genuinePairs > 0) {
    const rates = verification.rates.map(({ fpr }) => fpr);
    warnings.push(...tooFew('impostor pairs', verification.impostorPairs, 'FPR', rates));
  }
  if (identification.searches > 0) {
    // Draws of references repeat the same images: these are what is independent.
    const searches = unknown || Math.round(identification.searches / identification.draws);
    const rates = identification.fnirAtFpir.map(({ fpir }) => fpir);
    warnings.push(...tooFew(nonMated, searches, 'FPIR', rates));
  }
  if (unknown === 0 && identification.searches > 0) {
    warnings.push(
      'Without unknown images (--unknown), false identifications are counted on searches whose own type was left out.',
    );
  }
  for (const { first, second, score } of evaluation.worst.impostor) {
    if (score < samePicture) continue;
    const [a, b] = [images[first]!, images[second]!];
    warnings.push(`${a.name} and ${b.name} are the same picture under two labels: is one of them wrong?`);
  }
  return warnings;
}

/** One sentence for all rates that the cases cannot resolve. */
function tooFew(what: string, count: number, name: string, rates: readonly number[]): string[] {
  const unresolved = rates.filter((rate) => rate * count < minimumExpectedErrors);
  if (count === 0 || unresolved.length === 0) return [];
  const list = unresolved.map(
    (rate) => `${rateName(rate)} (${(rate * count).toPrecision(2)} expected errors)`,
  );
  const needed = Math.ceil(minimumExpectedErrors / Math.min(...unresolved));
  return [
    `${grouped(count)} ${what} are too few for ${name} ${list.join(', ')}: below ${minimumExpectedErrors} a rate rests ` +
      `on chance. ${grouped(needed)} would do.`,
  ];
}
