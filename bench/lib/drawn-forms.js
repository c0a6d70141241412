/** Forms of two companies on one layout, filled by hand: what differs is what differs in life. */
import { readPicture } from './captures.js';
import { randomFrom } from './random.js';

const captions = [
  ...['Family name', 'First name', 'Date of birth', 'Street and number', 'Town', 'Telephone'],
  ...['Policy number', 'Day of the event', 'Place of the event', 'Amount claimed', 'Bank', 'Account'],
];
const others = { 6: 'Member number', 7: 'Day of the repair', 9: 'Sum of the invoice' };
const titles = ['Claim form', 'Repair notice'];
const companies = ['Ostmill Insurance', 'Larkhaven Mutual'];

/**
 * @param {number} layout order and widths of the fields, colours
 * @param {0 | 1} company its mark, name, title and the captions of three fields
 * @param {number} contents what is filled in
 */
export async function drawForm(layout, company, contents) {
  const random = randomFrom(9000 + layout);
  const hue = Math.floor(360 * random());
  const ink = `hsl(${hue} 55% 30%)`;
  const order = captions.map((_, i) => [random(), i]).sort(([a], [b]) => a - b);
  const wide = order.map(() => random() < 0.4);
  const text = (x, y, size, content, more = '') =>
    `<text x="${x}" y="${y}" font-size="${size}" font-family="DejaVu Sans, sans-serif" ${more}>${content}</text>`;
  const filled = randomFrom(7000 + contents);
  const word = () =>
    Array.from(
      { length: 4 + Math.floor(6 * filled()) },
      () => 'aeioulnrstdm'[Math.floor(12 * filled())],
    ).join('');
  let [x, y, fields] = [60, 190, ''];
  for (const [at, [, i]] of order.entries()) {
    const width = wide[at] || x > 60 ? 475 - (x - 60) : 225;
    const caption = company === 1 ? (others[i] ?? captions[i]) : captions[i];
    fields += `<rect x="${x}" y="${y}" width="${width}" height="46" fill="hsl(${hue} 40% 96%)" stroke="${ink}"/>${text(x + 6, y + 14, 10, caption, `fill="${ink}"`)}${text(x + 12, y + 38, 19, word(), 'font-style="italic" fill="#1c2f7c"')}`;
    if (x === 60 && !wide[at]) x = 310;
    else [x, y] = [60, y + 56];
  }
  const mark =
    company === 0
      ? `<circle cx="92" cy="72" r="30" fill="${ink}"/><path d="M72 84 L92 48 L112 84 Z" fill="white"/>`
      : `<rect x="62" y="42" width="60" height="60" fill="${ink}"/><circle cx="92" cy="72" r="18" fill="white"/>`;
  return readPicture(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842"><rect width="595" height="842" fill="white"/>
    ${mark}${text(140, 80, 24, companies[company], `font-weight="bold" fill="${ink}"`)}${text(60, 150, 28, titles[company])}${fields}
    ${text(60, 780, 10, 'I have answered all questions truthfully and to the best of my knowledge. Place, day, signature', `fill="${ink}"`)}
    <line x1="60" y1="760" x2="535" y2="760" stroke="${ink}"/></svg>`),
  );
}
