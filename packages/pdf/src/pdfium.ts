/** The few functions of PDFium that pages need, over one instance of its WebAssembly module. */
import { PDFiumModule } from '@hyzyla/pdfium';
import type { FunctionTable } from './callback.ts';

/** What we call of the module; every pointer and size is a whole number of its memory. */
interface PdfiumModule {
  readonly HEAPU8: Uint8Array;
  readonly wasmExports: {
    malloc(bytes: number): number;
    free(pointer: number): void;
    readonly memory: { grow(pages: number): number; readonly buffer: ArrayBuffer };
    readonly __indirect_function_table: FunctionTable;
  };
  _FPDF_InitLibraryWithConfig(config: number): void;
  _FPDF_LoadMemDocument(data: number, bytes: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidth(page: number): number;
  _FPDF_GetPageHeight(page: number): number;
  _FPDFBitmap_CreateEx(w: number, h: number, format: number, pixels: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, x: number, y: number, w: number, h: number, colour: number): void;
  _FPDFBitmap_GetBuffer(bitmap: number): number;
  _FPDFBitmap_GetStride(bitmap: number): number;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_CreateNewDocument(): number;
  _FPDF_ImportPagesByIndex(to: number, from: number, indices: number, count: number, at: number): number;
  _FPDF_SaveAsCopy(document: number, writer: number, flags: number): number;
  _FPDFPage_GetRotation(page: number): number;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDF_GetPageBoundingBox(page: number, rectangle: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFPageObj_GetMatrix(object: number, matrix: number): number;
  _FPDFPageObj_GetClipPath(object: number): number;
  _FPDFPageObj_HasTransparency(object: number): number;
  _FPDFClipPath_CountPaths(clip: number): number;
  _FPDFTextObj_GetTextRenderMode(object: number): number;
  _FPDFImageObj_GetImageFilterCount(object: number): number;
  _FPDFImageObj_GetImageFilter(object: number, index: number, name: number, bytes: number): number;
  _FPDFImageObj_GetImageMetadata(object: number, page: number, facts: number): number;
  _FPDFImageObj_GetImageDataRaw(object: number, data: number, bytes: number): number;
  _FPDF_RenderPageBitmap(...bitmapPageBoxRotationFlags: readonly number[]): void;
}

export interface Pdfium {
  readonly module: PdfiumModule;
  /** True once memory was asked for beyond the limit. */
  readonly outOfMemory: boolean;
  /** Bytes that the instance holds; they never become fewer. */
  readonly memory: number;
  /** False after a fault inside of it: nothing more can be asked of it. */
  healthy: boolean;
}

/** `wasm`: URL or bytes of `pdfium.wasm`; in Node the module finds its own. */
export async function loadPdfium(
  wasm: string | ArrayBuffer | undefined,
  maximumMemory: number,
): Promise<Pdfium> {
  const options =
    typeof wasm === 'string'
      ? { locateFile: () => wasm }
      : wasm && { wasmBinary: wasm, locateFile: () => '' };
  const module = (await PDFiumModule({ ...options, ...silent } as object)) as unknown as PdfiumModule;
  module._FPDF_InitLibraryWithConfig(0);
  const { memory } = module.wasmExports;
  let outOfMemory = false;
  const grow = memory.grow.bind(memory);
  // The module's own limit is 2 GiB. A refusal is what a system without memory answers.
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * 65_536 > maximumMemory) {
      outOfMemory = true;
      throw new RangeError('Over the memory limit');
    }
    return grow(pages);
  };
  return {
    module,
    get outOfMemory() {
      return outOfMemory;
    },
    get memory() {
      return memory.buffer.byteLength;
    },
    healthy: true,
  };
}

/** What a damaged file makes the library say is nothing that the user of this one asked for. */
const silent = { print: () => {}, printErr: () => {} };
