/** PDFs that ask for a password, by the rules of ISO 32000 (7.6, revision 2: RC4 with keys of 40 bits). */
import { createHash } from 'node:crypto';
import { type MadePage, makePdf } from './make-pdf.ts';

const padding = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');
const id = Buffer.from('a file of its own');
const permissions = -4;

export function encryptedPdf(pages: readonly MadePage[], password: string): Uint8Array {
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);
  const ownerEntry = rc4(digest(padded).subarray(0, 5), padded);
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(permissions);
  const key = digest(padded, ownerEntry, rights, id).subarray(0, 5);
  const entries = { O: ownerEntry, U: rc4(key, padding) };
  const written = Object.entries(entries).map(([name, bytes]) => `/${name} <${bytes.toString('hex')}>`);
  const locked = pages.map(({ content = '', ...page }, i) => {
    // The number of the object that `makePdf` writes it as, and its generation.
    const object = Buffer.from([4 + 2 * i, 0, 0, 0, 0]);
    const secret = rc4(digest(key, object).subarray(0, 10), Buffer.from(content, 'latin1'));
    return { ...page, content: secret.toString('latin1') };
  });
  return makePdf(
    locked,
    `/Encrypt << /Filter /Standard /V 1 /R 2 ${written.join(' ')} /P ${permissions} >> /ID [<${id.toString('hex')}> <00>] `,
  );
}

function digest(...parts: readonly Uint8Array[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}

/** Newer versions of OpenSSL have it no more. */
function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (i: number, j: number) => {
    [state[i], state[j]] = [state[j]!, state[i]!];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + state[i]!) & 255;
      swap(i, j);
      return byte ^ state[(state[i]! + state[j]!) & 255]!;
    }),
  );
}
