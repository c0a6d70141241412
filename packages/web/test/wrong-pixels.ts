/** Pixels that are none, as JSON, for a page too: `data` as it stands, or so many `bytes` of zeros. */
export const wrongPixels = [
  { name: 'no pixels', code: 'IMAGE_WITHOUT_PIXELS', bytes: 0, width: 0, height: 0, channels: 3 },
  { name: 'too few bytes', code: 'INVALID_ARGUMENT', bytes: 9, width: 64, height: 64, channels: 3 },
  { name: 'padded rows', code: 'INVALID_ARGUMENT', bytes: 64 * 200, width: 64, height: 64, channels: 3 },
  { name: 'half a pixel', code: 'INVALID_ARGUMENT', bytes: 1230, width: 20.5, height: 20, channels: 3 },
  { name: 'a negative size', code: 'INVALID_ARGUMENT', bytes: 1200, width: -20, height: -20, channels: 3 },
  { name: 'a size as a text', code: 'INVALID_ARGUMENT', bytes: 12288, width: '64', height: 64, channels: 3 },
  { name: 'no height', code: 'INVALID_ARGUMENT', bytes: 12288, width: 64, channels: 3 },
  { name: 'no channels', code: 'INVALID_ARGUMENT', bytes: 12288, width: 64, height: 64 },
  { name: 'two channels', code: 'INVALID_ARGUMENT', bytes: 8192, width: 64, height: 64, channels: 2 },
  { name: 'a plain array', code: 'INVALID_ARGUMENT', data: [1, 2, 3], width: 1, height: 1, channels: 3 },
  { name: 'no data', code: 'INVALID_ARGUMENT', data: null, width: 64, height: 64, channels: 3 },
  { name: 'a small picture', code: 'IMAGE_TOO_SMALL', bytes: 4800, width: 8, height: 200, channels: 3 },
  { name: 'a narrow picture', code: 'IMAGE_TOO_NARROW', bytes: 96000, width: 16, height: 2000, channels: 3 },
  {
    name: 'three bytes for 2^30 pixels',
    code: 'INVALID_ARGUMENT',
    bytes: 3,
    width: 2 ** 15,
    height: 2 ** 15,
    channels: 3,
  },
];
