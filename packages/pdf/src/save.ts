/** Pages of one document as a file of their own. */
import { DocclfError } from '@docclf/core';
import type { PagePart } from '@docclf/core/readers';
import { withFunction } from './callback.ts';
import type { Pdfium } from './pdfium.ts';

/** As PDFium counts them: 32-bit numbers, from 0. */
const bytesOfIndex = 4;
/** A version, and the function that takes the next bytes. */
const bytesOfWriter = 8;

/**
 * Copies pages with all that they need (ISO 32000), not their pictures.
 *
 * @throws PDF_CORRUPT, PDF_TOO_COSTLY
 */
export function savePart(pdfium: Pdfium, document: number, part: PagePart, source: string): Uint8Array {
  const { module } = pdfium;
  const { malloc, free } = module.wasmExports;
  const count = part.to - part.from + 1;
  const copy = module._FPDF_CreateNewDocument();
  const indices = malloc(count * bytesOfIndex);
  if (copy === 0 || indices === 0) throw new DocclfError('PDF_TOO_COSTLY', { source, limit: 'memory' });
  try {
    const view = new DataView(module.HEAPU8.buffer);
    for (let i = 0; i < count; i++) view.setUint32(indices + i * bytesOfIndex, part.from - 1 + i, true);
    if (!module._FPDF_ImportPagesByIndex(copy, document, indices, count, 0))
      throw new DocclfError('PDF_CORRUPT', { source, page: part.from });
    return written(pdfium, copy, source);
  } finally {
    if (pdfium.healthy) {
      free(indices);
      module._FPDF_CloseDocument(copy);
    }
  }
}

function written(pdfium: Pdfium, document: number, source: string): Uint8Array {
  const { module } = pdfium;
  const { malloc, free, __indirect_function_table: table } = module.wasmExports;
  const writer = malloc(bytesOfWriter);
  if (writer === 0) throw new DocclfError('PDF_TOO_COSTLY', { source, limit: 'memory' });
  const chunks: Uint8Array[] = [];
  const take = (_: number, data: number, length: number) => {
    chunks.push(module.HEAPU8.slice(data, data + length));
    return 1;
  };
  try {
    const isWritten = withFunction(table, take, (place) => {
      const view = new DataView(module.HEAPU8.buffer);
      view.setUint32(writer, 1, true);
      view.setUint32(writer + 4, place, true);
      return module._FPDF_SaveAsCopy(document, writer, 0) !== 0;
    });
    if (!isWritten) throw new DocclfError('PDF_CORRUPT', { source });
  } finally {
    if (pdfium.healthy) free(writer);
  }
  return withoutTime(joined(chunks));
}

/** PDFium writes down when it made the file. Without that, the same pages always give the same bytes. */
function withoutTime(bytes: Uint8Array): Uint8Array {
  const [start, end] = ['/CreationDate(D:', ')/Creator(PDFium)'];
  const digits = 14;
  const length = start.length + digits + 1;
  const startsAt = (at: number, text: string) =>
    text.split('').every((c, i) => bytes[at + i] === c.charCodeAt(0));
  // It is written last, behind all that comes from the pages.
  for (let at = bytes.length - length; at >= 0; at--) {
    if (!startsAt(at, start) || !startsAt(at + start.length + digits, end)) continue;
    // Blanks, since the file says of each object at which byte it begins.
    bytes.fill(0x20, at, at + length);
    break;
  }
  return bytes;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
