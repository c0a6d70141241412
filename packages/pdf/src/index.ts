/** @docclf/pdf: the pages of PDFs as pixels. */
export {
  createPdfReader,
  type PdfDocumentOptions,
  type PdfPage,
  type PdfPagesOptions,
  type PdfReader,
  type PdfReaderOptions,
} from './pdf-reader.ts';
export type { PdfPart } from './save.ts';
