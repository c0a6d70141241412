/** A PDF inside of PDFium's memory. */
import { DocclfError } from '@docclf/core';
import type { Pdfium } from './pdfium.ts';

export interface OpenDocument {
  readonly pointer: number;
  close(): void;
}

/** What FPDF_GetLastError says when a password is missing or wrong, and of encryption that it does not know. */
const passwordErrors: ReadonlySet<number> = new Set([4, 5]);

/** @throws PDF_CORRUPT, PDF_ENCRYPTED, PDF_TOO_COSTLY */
export function openDocument(
  { module }: Pdfium,
  bytes: Uint8Array,
  { source, password }: { readonly source: string; readonly password: string },
): OpenDocument {
  const { malloc, free } = module.wasmExports;
  const secret = new TextEncoder().encode(`${password}\0`);
  const data = malloc(bytes.length + secret.length);
  if (data === 0) throw new DocclfError('PDF_TOO_COSTLY', { source, limit: 'memory' });
  module.HEAPU8.set(bytes, data);
  module.HEAPU8.set(secret, data + bytes.length);
  const pointer = module._FPDF_LoadMemDocument(data, bytes.length, data + bytes.length);
  if (pointer === 0) {
    const code = module._FPDF_GetLastError();
    free(data);
    throw new DocclfError(passwordErrors.has(code) ? 'PDF_ENCRYPTED' : 'PDF_CORRUPT', { source });
  }
  return {
    pointer,
    close() {
      module._FPDF_CloseDocument(pointer);
      // PDFium reads from these bytes as long as the document is open.
      free(data);
    },
  };
}
