import { expect, it } from 'vitest';
import { assertFilesBeside } from './file-beside.ts';
import { thrownCode } from './testing.ts';

const manifest = 'https://models.example/docclf/manifest.json';
const folder = 'https://models.example/docclf/';

it.each(['model.onnx', 'v2/model.onnx', 'a model..onnx', 'modèle-ß.onnx', '...'])(
  '%j lies beside',
  (name) => {
    expect(thrownCode(() => assertFilesBeside(name))).toBe('no error');
    // As the platform reads it.
    expect(new URL(name, manifest).href.startsWith(folder)).toBe(true);
  },
);

it.each([
  ...[
    '../model.onnx',
    'v2/../../model.onnx',
    '/etc/passwd',
    '//evil.example/x',
    '\\\\evil.example\\x',
    '..\\x',
  ],
  ...[
    'file:///etc/passwd',
    'http://evil.example/',
    'data:,x',
    '%2e%2e/x',
    '.%2e/x',
    '.\t./x',
    ' /x',
    ' ../x',
    '.',
    '',
  ],
  ...['model.onnx?to=evil', 'model.onnx#x'],
])('%j is refused', (name) => {
  expect(thrownCode(() => assertFilesBeside(name))).toBe('MANIFEST_INVALID');
});
