/** The card that travels with a localiser: what the network takes and returns, and what it answers to the golden picture. */
import { PreprocessError } from '@docclf/preprocess';
import { grid, inputMargin, inputSide } from './layout.ts';

export interface LocaliserManifest {
  readonly format: 'docclf-localiser/1';
  readonly id: string;
  readonly version: string;
  /** The ONNX file, relative to the manifest. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly input: { readonly name: string; readonly side: number; readonly margin: number };
  /** Per channel (red, green, blue): `(pixel / 255 - mean) / std`. */
  readonly preprocessing: {
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
  };
  readonly outputs: { readonly maps: string; readonly confidence: string; readonly grid: number };
  /** What a runtime must reproduce: every `step`-th value of the maps of `goldenImage()`, and the confidence. */
  readonly golden: {
    readonly image: 'docclf-golden-1';
    readonly step: number;
    readonly maps: readonly number[];
    readonly confidence: readonly number[];
    /** Largest difference of a logit. */
    readonly tolerance: number;
  };
  readonly licence: string;
  readonly origin: readonly string[];
}

type Check = readonly [path: string, expected: string, holds: (value: unknown) => boolean];

const text = (value: unknown) => typeof value === 'string' && value.length > 0;
const number = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const positive = (value: unknown) => number(value) && (value as number) > 0;
const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const three = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length === 3 && value.every(check);
const list = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(check);
const exactly = (expected: unknown): [string, (value: unknown) => boolean] => [
  JSON.stringify(expected),
  (value) => value === expected,
];

const checks: readonly Check[] = [
  ['format', ...exactly('docclf-localiser/1')],
  ['id', 'a text', text],
  ['version', 'a text', text],
  ['file', 'a file name', text],
  ['sha256', '64 hexadecimal digits', (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)],
  ['bytes', 'a positive whole number', whole],
  ['input.name', 'a text', text],
  ['input.side', ...exactly(inputSide)],
  ['input.margin', ...exactly(inputMargin)],
  ['preprocessing.mean', 'three numbers', three(number)],
  ['preprocessing.std', 'three positive numbers', three(positive)],
  ['outputs.maps', 'a text', text],
  ['outputs.confidence', 'a text', text],
  ['outputs.grid', ...exactly(grid)],
  ['golden.image', ...exactly('docclf-golden-1')],
  ['golden.step', 'a positive whole number', whole],
  ['golden.maps', 'numbers', list(number)],
  ['golden.confidence', 'numbers', list(number)],
  ['golden.tolerance', 'a positive number', positive],
  ['licence', 'a text', text],
  ['origin', 'texts', list(text)],
];

/** @throws PreprocessError `INVALID_ARGUMENT` that names every field which is not as it should be */
export function parseLocaliserManifest(value: unknown): LocaliserManifest {
  const at = (path: string) =>
    path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | null)?.[name], value);
  const problems = checks
    .filter(([path, , holds]) => !holds(at(path)))
    .map(([path, expected]) => `${path}: expected ${expected}, got ${JSON.stringify(at(path))}`);
  if (problems.length > 0) {
    throw new PreprocessError(
      'INVALID_ARGUMENT',
      `Expected the manifest of a localiser, but ${problems.join('; ')}. Take the one that belongs to the model's file.`,
    );
  }
  return value as LocaliserManifest;
}
