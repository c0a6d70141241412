import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createScreen } from './screen.ts';

test('nothing that is printed or noted steers a terminal or ends a line, whatever a file says', async () => {
  const written: string[] = [];
  const stream = () => {
    const writable = new Writable({
      write(chunk, _, callback) {
        written.push(String(chunk));
        callback();
      },
    });
    return Object.assign(writable, { isTTY: false });
  };
  const screen = createScreen({ stdout: stream(), stderr: stream(), signal: new AbortController().signal });
  await screen.print('id \u001b[2J\n\u202e');
  screen.note('id \u001b]0;title\u0007');
  expect(written).toEqual(['id \\u001b[2J\\u000a\\u202e\n', 'id \\u001b]0;title\\u0007\n']);
});
