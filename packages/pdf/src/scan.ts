/** Pages as scanners write them: one JPEG from rim to rim, and at most text that nobody sees. */
import { finish, inspectImage, jpegOrientation } from '@docclf/preprocess/image-file';
import type { Pdfium } from './pdfium.ts';

/** Kinds of objects on a page. */
const text = 1;
const image = 3;
/** A way to draw text: not at all. Recognised text lies so over its scan. */
const invisible = 3;
/** Colour spaces whose JPEGs look the same outside of a PDF: grey and RGB, plain, calibrated and profiled. */
const plainColours: ReadonlySet<number> = new Set([1, 2, 4, 5, 7]);
/** What a page and its scan may differ by, in sides. */
const tolerance = 0.02;
/** Six floats of a matrix, four of a rectangle, seven words of an image's facts; the longest name of a filter. */
const scratchBytes = 64;

/** The JPEG that is all that the page shows; undefined where the page must be drawn. */
export function scanOf(pdfium: Pdfium, page: number): Uint8Array | undefined {
  const { module } = pdfium;
  const { malloc, free } = module.wasmExports;
  if (module._FPDFPage_GetRotation(page) !== 0 || module._FPDFPage_GetAnnotCount(page) !== 0)
    return undefined;
  const scratch = malloc(scratchBytes);
  if (scratch === 0) return undefined;
  try {
    const object = onlyImage(pdfium, page);
    if (object === undefined || !fillsPage(pdfium, page, object, scratch)) return undefined;
    const jpeg = jpegOf(pdfium, page, object, scratch);
    // Its orientation does not count in a PDF, and what is cut is drawn as far as it goes.
    const isWhole = jpeg && !finish(inspectImage('jpeg', jpeg)).endsEarly;
    return isWhole && jpegOrientation(jpeg) === 1 ? jpeg : undefined;
  } finally {
    if (pdfium.healthy) free(scratch);
  }
}

function onlyImage({ module }: Pdfium, page: number): number | undefined {
  let found: number | undefined;
  for (let i = 0; i < module._FPDFPage_CountObjects(page); i++) {
    const object = module._FPDFPage_GetObject(page, i);
    const kind = module._FPDFPageObj_GetType(object);
    if (kind === text && module._FPDFTextObj_GetTextRenderMode(object) === invisible) continue;
    if (kind !== image || found !== undefined) return undefined;
    found = object;
  }
  return found;
}

/** Upright, not clipped, opaque, and as wide and high as the page. */
function fillsPage({ module }: Pdfium, page: number, object: number, scratch: number): boolean {
  const clip = module._FPDFPageObj_GetClipPath(object);
  if (clip !== 0 && module._FPDFClipPath_CountPaths(clip) > 0) return false;
  if (module._FPDFPageObj_HasTransparency(object)) return false;
  const floats = (count: number) => [...new Float32Array(module.HEAPU8.buffer, scratch, count)] as number[];
  if (!module._FPDFPageObj_GetMatrix(object, scratch)) return false;
  const [a, b, c, d, e, f] = floats(6) as [number, number, number, number, number, number];
  if (!module._FPDF_GetPageBoundingBox(page, scratch)) return false;
  const [left, top, right, bottom] = floats(4) as [number, number, number, number];
  const [width, height] = [right - left, top - bottom];
  if (!(width > 0 && height > 0 && a > 0 && d > 0)) return false;
  const off = [
    b / height,
    c / width,
    (e - left) / width,
    (e + a - right) / width,
    (f - bottom) / height,
    (f + d - top) / height,
  ];
  return off.every((share) => Math.abs(share) <= tolerance);
}

function jpegOf({ module }: Pdfium, page: number, object: number, scratch: number): Uint8Array | undefined {
  const { malloc, free } = module.wasmExports;
  if (module._FPDFImageObj_GetImageFilterCount(object) !== 1) return undefined;
  const length = module._FPDFImageObj_GetImageFilter(object, 0, scratch, scratchBytes);
  const name = new TextDecoder().decode(module.HEAPU8.slice(scratch, scratch + Math.max(0, length - 1)));
  if (length > scratchBytes || name !== 'DCTDecode') return undefined;
  if (!module._FPDFImageObj_GetImageMetadata(object, page, scratch)) return undefined;
  const facts = new Uint32Array(module.HEAPU8.buffer, scratch, 7);
  const [width, height, bits, colours] = [facts[0]!, facts[1]!, facts[4]!, facts[5]!];
  const stretch = (width / height) * (module._FPDF_GetPageHeight(page) / module._FPDF_GetPageWidth(page));
  if (bits > 24 || !plainColours.has(colours) || !(Math.abs(stretch - 1) <= 2 * tolerance)) return undefined;
  const bytes = module._FPDFImageObj_GetImageDataRaw(object, 0, 0);
  const at = malloc(bytes);
  if (at === 0) return undefined;
  module._FPDFImageObj_GetImageDataRaw(object, at, bytes);
  const jpeg = module.HEAPU8.slice(at, at + bytes);
  free(at);
  return jpeg;
}
