/** One page of an open document as pixels. */
import { DocclfError } from '@docclf/core';
import type { RasterImage } from '@docclf/preprocess';
import type { Pdfium } from './pdfium.ts';

/** Format of a bitmap: four bytes a pixel, the fourth unused. */
const fourBytes = 3;
const withAnnotations = 0x01;
const redFirst = 0x10;
const white = 0xffffffff;

export interface PagePlace {
  /** Names the document in errors. */
  readonly source: string;
  /** From 1. */
  readonly page: number;
}

/**
 * Works on a page of an open document.
 *
 * @throws PDF_CORRUPT, and what `work` throws
 */
export function withPage<Result>(
  pdfium: Pdfium,
  document: number,
  place: PagePlace,
  work: (page: number) => Result,
): Result {
  const { module } = pdfium;
  const page = module._FPDF_LoadPage(document, place.page - 1);
  if (page === 0) throw new DocclfError('PDF_CORRUPT', { ...place });
  try {
    return work(page);
  } finally {
    if (pdfium.healthy) module._FPDF_ClosePage(page);
  }
}

/**
 * The page, upright and cropped as viewers show it, on white.
 *
 * @param side pixels of the longer side
 * @throws PDF_CORRUPT, PDF_TOO_COSTLY
 */
export function renderPage(pdfium: Pdfium, page: number, side: number, place: PagePlace): RasterImage {
  const { module } = pdfium;
  const [width, height] = sizeOf(pdfium, page, side) ?? [];
  if (width === undefined || height === undefined) throw new DocclfError('PDF_CORRUPT', { ...place });
  const bitmap = module._FPDFBitmap_CreateEx(width, height, fourBytes, 0, 0);
  if (bitmap === 0) throw new DocclfError('PDF_TOO_COSTLY', { ...place, limit: 'memory' });
  try {
    module._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
    module._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, withAnnotations | redFirst);
    return pixelsOf(pdfium, bitmap, width, height);
  } finally {
    if (pdfium.healthy) module._FPDFBitmap_Destroy(bitmap);
  }
}

/** Undefined for a page without a size. */
function sizeOf({ module }: Pdfium, page: number, side: number): [number, number] | undefined {
  const width = module._FPDF_GetPageWidth(page);
  const height = module._FPDF_GetPageHeight(page);
  const scale = side / Math.max(width, height);
  if (!(width > 0 && height > 0 && scale > 0)) return undefined;
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function pixelsOf({ module }: Pdfium, bitmap: number, width: number, height: number): RasterImage {
  const from = module._FPDFBitmap_GetBuffer(bitmap);
  const stride = module._FPDFBitmap_GetStride(bitmap);
  const heap = module.HEAPU8;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = from + y * stride; x < width; x++, at += 4, to += 3) {
      data[to] = heap[at]!;
      data[to + 1] = heap[at + 1]!;
      data[to + 2] = heap[at + 2]!;
    }
  }
  return { data, width, height, channels: 3 };
}
