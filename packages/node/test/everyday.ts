/** What people photograph, drawn over the made documents: each scene says which document it shows, or that it shows none. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const references = fileURLToPath(new URL('../../../fixtures/documents/references/', import.meta.url));
const [width, height] = [1600, 1200];

export interface Scene {
  readonly name: string;
  /** Null: none that is registered. */
  readonly label: string | null;
  readonly picture: Buffer;
}

const svg = (body: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`);

async function sheet(file: string, wide: number, turn = 0): Promise<Buffer> {
  const upright = await sharp(`${references}${file}.jpg`)
    .resize({ width: wide })
    .ensureAlpha()
    .png()
    .toBuffer();
  return sharp(upright)
    .rotate(turn, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer();
}

/** Ground, then what lies on it, the later above; what reaches out of the picture is cut off by it. */
async function scene(ground: string, layers: readonly { input: Buffer; left?: number; top?: number }[]) {
  const margin = 800;
  const big = await sharp({
    create: { width: width + 2 * margin, height: height + 2 * margin, channels: 3, background: '#000' },
  })
    .composite(
      [{ input: svg(ground), left: 0, top: 0 }, ...layers].map(({ input, left = 0, top = 0 }) => ({
        input,
        left: left + margin,
        top: top + margin,
      })),
    )
    .png()
    .toBuffer();
  return sharp(big).extract({ left: margin, top: margin, width, height }).jpeg({ quality: 88 }).toBuffer();
}

const plain = (colour: string) => `<rect width="100%" height="100%" fill="${colour}"/>`;
const cloth =
  '<defs><pattern id="c" width="120" height="120" patternUnits="userSpaceOnUse"><rect width="120" height="120" fill="#f2efe8"/>' +
  '<rect width="60" height="120" fill="#b3342e" opacity=".55"/><rect width="120" height="60" fill="#b3342e" opacity=".55"/></pattern></defs>' +
  plain('url(#c)');
const paper =
  '<defs><pattern id="w" width="160" height="160" patternUnits="userSpaceOnUse"><rect width="160" height="160" fill="#cfd8c4"/>' +
  '<circle cx="80" cy="80" r="46" fill="#8ba17a"/><path d="M80 34 L126 80 L80 126 L34 80 Z" fill="#e9e3cf"/></pattern></defs>' +
  plain('url(#w)');
const hand =
  '<g fill="#c98f6f"><path d="M0 700 Q260 640 420 720 L520 760 Q560 800 500 830 L420 850 Q300 1100 240 1200 L0 1200 Z"/>' +
  '<rect x="1080" y="640" width="420" height="90" rx="45" transform="rotate(12 1080 640)"/></g>';
const binder =
  plain('#6d5a46') +
  '<rect x="300" y="30" width="1000" height="1140" rx="14" fill="#23324d"/><rect x="330" y="50" width="960" height="1100" fill="#d9d9d6"/>';
const rings =
  '<g fill="none" stroke="#8d9299" stroke-width="16"><path d="M330 380 q40 -46 80 0"/><path d="M330 820 q40 -46 80 0"/></g>';
const lamp =
  '<defs><radialGradient id="l" cx=".62" cy=".3" r=".8"><stop offset="0" stop-color="#fff" stop-opacity=".55"/>' +
  '<stop offset=".25" stop-color="#ffe9b0" stop-opacity=".12"/><stop offset="1" stop-color="#000" stop-opacity=".55"/></radialGradient></defs>' +
  plain('url(#l)');
const screen =
  plain('#3c3f44') +
  '<rect x="120" y="60" width="1360" height="900" rx="18" fill="#111"/><rect x="150" y="90" width="1300" height="840" fill="#2b6a8f"/>' +
  '<rect x="640" y="960" width="320" height="160" fill="#222"/>';

/** Ten kinds of photos that a new user takes. */
export async function everydayScenes(): Promise<readonly Scene[]> {
  const [form, card, receipt] = ['insurance-acme-claim-form', 'id-front', 'receipts-corner-shop'];
  const claim = 'insurance/acme/claim-form';
  const filling = await sharp(`${references}${form}.jpg`)
    .resize(1200, 1600, { fit: 'fill' })
    .jpeg()
    .toBuffer();
  const inHand = await scene(plain('#55606a'), [
    { input: await sheet(card, 900, -8), left: 360, top: 300 },
    { input: svg(hand) },
  ]);
  return [
    { name: 'a card in a hand', label: 'id/front', picture: inHand },
    {
      name: 'a form in a binder',
      label: claim,
      picture: await scene(binder, [
        { input: await sheet(form, 720), left: 400, top: 90 },
        { input: svg(rings) },
      ]),
    },
    {
      name: 'a page on chequered cloth',
      label: claim,
      picture: await scene(cloth, [{ input: await sheet(form, 700, 11), left: 400, top: 40 }]),
    },
    {
      name: 'a receipt that leaves the frame',
      label: 'receipts/corner-shop',
      picture: await scene(plain('#5b4636'), [{ input: await sheet(receipt, 560, 4), left: 480, top: 60 }]),
    },
    {
      name: 'a document on a screen',
      label: claim,
      picture: await scene(screen, [{ input: await sheet(form, 560), left: 520, top: 110 }]),
    },
    { name: 'a wallpaper', label: null, picture: await scene(paper, []) },
    // What nobody has registered: its print is another.
    { name: 'a mirrored card', label: null, picture: await sharp(inHand).flop().toBuffer() },
    {
      name: 'a page under a lamp',
      label: claim,
      picture: await scene(plain('#4a3a2c'), [
        { input: await sheet(form, 720, -6), left: 380, top: 60 },
        { input: svg(lamp) },
      ]),
    },
    { name: 'a page that fills the frame', label: claim, picture: filling },
    {
      name: 'a card far away on a desk',
      label: 'id/front',
      picture: await scene(plain('#6f5a45'), [{ input: await sheet(card, 300, 25), left: 900, top: 500 }]),
    },
  ];
}
