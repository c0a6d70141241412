/** A picture blurred by a Gaussian, edges repeated: most of what the features of a picture cost. */
import { blurBytes } from './blur-bytes.ts';

/** Grey values 0 to 1, row-major. */
export interface Plane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Blurs by a Gaussian of standard deviation `sigma` in pixels, cut off at three of them. */
export type Blur = (plane: Plane, sigma: number) => Plane;

export const blur: Blur = createBlur();

/** By the kernel, or by the plain loop where WebAssembly SIMD is missing or forbidden: the same values, bit for bit. */
export function createBlur(instantiate: () => Kernel | undefined = createKernel): Blur {
  const kernel = instantiate();
  return (plane, sigma) => {
    const weights = gaussian(sigma);
    const data =
      kernel && plane.width >= leastWidth ? blurByKernel(kernel, plane, weights) : blurPlain(plane, weights);
    return { ...plane, data };
  };
}

/** Pixels that the kernel takes at once. */
const leastWidth = 16;

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** See kernel/blur.wat. */
  readonly blur: (
    from: number,
    to: number,
    width: number,
    height: number,
    weights: number,
    radius: number,
    row: number,
  ) => void;
}

/** The members of WebAssembly that are called: the platforms' own types are in none of the neutral libraries. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => Kernel['memory'];
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Pick<Kernel, 'blur'> };
}

const pageBytes = 65_536;

function createKernel(): Kernel | undefined {
  try {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
    const memory = new WebAssembly.Memory({ initial: 1 });
    const binary = Uint8Array.from(atob(blurBytes), (character) => character.charCodeAt(0));
    // Synchronous, which browsers allow for modules this small.
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { pictures: { memory } });
    return { memory, blur: exports.blur };
  } catch {
    return undefined;
  }
}

function blurByKernel(
  { memory, blur }: Kernel,
  { data, width, height }: Plane,
  weights: Float32Array,
): Float32Array {
  const radius = weights.length - 1;
  const to = data.byteLength;
  const weightsAt = 2 * to;
  const row = weightsAt + weights.byteLength;
  const missing = row + 4 * (width + 2 * radius) - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  new Float32Array(memory.buffer, 0, data.length).set(data);
  new Float32Array(memory.buffer, weightsAt, weights.length).set(weights);
  blur(0, to, width, height, weightsAt, radius, row);
  return new Float32Array(memory.buffer, to, data.length).slice();
}

/** Columns first, then rows; each sum rounded to float32, as the kernel's are. */
function blurPlain({ data, width, height }: Plane, weights: Float32Array): Float32Array {
  const { fround } = Math;
  const radius = weights.length - 1;
  const own = weights[0]!;
  const out = new Float32Array(data.length);
  const row = new Float32Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const at = y * width;
    for (let x = 0; x < width; x++) row[radius + x] = own * data[at + x]!;
    for (let k = 1; k <= radius; k++) {
      const weight = weights[k]!;
      const above = Math.max(0, y - k) * width;
      const below = Math.min(height - 1, y + k) * width;
      for (let x = 0; x < width; x++) {
        row[radius + x]! += fround(weight * fround(data[above + x]! + data[below + x]!));
      }
    }
    row.fill(row[radius]!, 0, radius);
    row.fill(row[radius + width - 1]!, radius + width);
    for (let x = 0; x < width; x++) out[at + x] = own * row[radius + x]!;
    for (let k = 1; k <= radius; k++) {
      const weight = weights[k]!;
      for (let x = 0, i = radius; x < width; x++, i++) {
        out[at + x]! += fround(weight * fround(row[i - k]! + row[i + k]!));
      }
    }
  }
  return out;
}

/** Weights of the middle and of one side; all of them sum to 1. */
function gaussian(sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Float32Array.from({ length: radius + 1 }, (_, k) =>
    Math.exp((-k * k) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight, k) => total + (k === 0 ? 1 : 2) * weight, 0);
  return weights.map((weight) => weight / sum);
}
