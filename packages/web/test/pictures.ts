/** Files that are wrong in one way, made by hand. */

/** A PNG that declares a size and holds no pixels of it. */
export function declaredPng(width: number, height: number): Buffer {
  const png = Buffer.from(
    '89504e470d0a1a0a0000000d49484452000000000000000008020000000000000000000000',
    'hex',
  );
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  // CRC-32 of the header chunk, by the polynomial of the PNG specification, annex D.
  let crc = 0xffffffff;
  for (const byte of png.subarray(12, 29)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  png.writeUInt32BE(~crc >>> 0, 29);
  return png.subarray(0, 33);
}

/** A GIF of one colour; GIF89a specification, appendix F for the image data. */
export function gif(frames: number, width = 32, height = 32): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const head = [
    Buffer.from('GIF89a'),
    size,
    Buffer.from([0x80, 0, 0]),
    Buffer.from([0, 0, 0, 255, 255, 255]),
  ];
  const frame = [Buffer.from([0x2c, 0, 0, 0, 0]), size, Buffer.from([0]), gifPixels(width * height)];
  return Buffer.concat([
    ...head,
    ...Array.from({ length: frames }, () => Buffer.concat(frame)),
    Buffer.from([0x3b]),
  ]);
}

/** Codes of 3 bits: a clear code before every second pixel keeps the code table from growing. */
function gifPixels(count: number): Buffer {
  const bits: number[] = [];
  const push = (code: number) => bits.push(code & 1, (code >> 1) & 1, (code >> 2) & 1);
  for (let pixel = 0; pixel < count; pixel++) {
    if (pixel % 2 === 0) push(4);
    push(0);
  }
  push(5);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    bytes[i >> 3]! |= bit << (i & 7);
  });
  const blocks = [Buffer.from([2])];
  for (let i = 0; i < bytes.length; i += 255) {
    const block = bytes.subarray(i, i + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

/** The same JPEG with an EXIF orientation in front of what it had. */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('49492a00080000000100120103000100000000000000000000000000', 'hex');
  tiff.writeUInt16LE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
