/** The few functions of libheif that a photo needs, over one instance of its WebAssembly module. */
/// <reference path="./libheif-js.d.ts" />
import createModule from 'libheif-js/libheif-wasm/libheif-bundle.mjs';

/** What we call of the module; every pointer and size is a whole number of its memory. */
export interface LibheifModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _heif_context_alloc(): number;
  _heif_context_free(context: number): void;
  _heif_context_get_security_limits(context: number): number;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    data: number,
    bytes: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_get_color_profile_type(handle: number): number;
  _heif_image_handle_get_nclx_color_profile(error: number, handle: number, profile: number): void;
  _heif_nclx_color_profile_free(profile: number): void;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, data: number): void;
  _heif_image_handle_release(handle: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colours: number,
    layout: number,
    options: number,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly2(image: number, channel: number, stride: number): number;
  _heif_image_release(image: number): void;
}

export async function loadLibheif(): Promise<LibheifModule> {
  // What a damaged file makes the library say is nothing that the user of this one asked for.
  return (await createModule({ print: () => {}, printErr: () => {} })) as LibheifModule;
}

/** Where `heif_security_limits` has what it allows (libheif/heif_security.h): pixels of a picture, bytes of one block, of all. */
const pixelsAt = 8;
const blockAt = 40;
const memoryAt = 64;

export function limit(
  module: LibheifModule,
  context: number,
  { pixels, bytes }: { readonly pixels: number; readonly bytes: number },
): void {
  const at = module._heif_context_get_security_limits(context);
  const view = new DataView(module.HEAPU8.buffer, module.HEAPU8.byteOffset);
  view.setBigUint64(at + pixelsAt, BigInt(pixels), true);
  view.setBigUint64(at + blockAt, BigInt(bytes), true);
  view.setBigUint64(at + memoryAt, BigInt(bytes), true);
}
