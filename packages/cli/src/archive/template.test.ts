import { describe, expect, it } from 'vitest';
import { defaultTemplate, parseTemplate, type TemplateFacts } from './template.ts';

const facts: TemplateFacts = {
  label: 'insurance/claim form',
  stem: 'scan.0001',
  ending: '.PDF',
  // Local, as dates in names are.
  modified: new Date(2026, 2, 5, 12),
};

describe('parseTemplate', () => {
  it.each([
    [defaultTemplate, 'insurance/claim form/2026-03-05-scan.0001.PDF'],
    ['{year}/{month}/{day}/{type}', '2026/03/05/claim form.PDF'],
    ['post/{label}', 'post/insurance/claim form.PDF'],
    ['{stem} ({type})', 'scan.0001 (claim form).PDF'],
  ])('fills in %s', (template, path) => {
    expect(parseTemplate(template)(facts)).toBe(path);
  });

  it.each([
    ['a/../b', 'a_ _'],
    ['..', '__'],
    ['.hidden', '_hidden'],
    ['a:b*c?"<>|\\d', 'a_b_c______d'],
    ['line\nbreak\u0000', 'line_break_'],
    ['ends. ', 'ends__'],
    ['CON', '_CON'],
    ['lpt1.x', '_lpt1.x'],
    ['', '_'],
    ['証明書', '証明書'],
  ])('makes one harmless name of %j', (stem, name) => {
    const path = parseTemplate('{stem}')({ ...facts, stem, ending: '' });
    expect(path).toBe(stem === 'a/../b' ? 'a_.._b' : name);
    expect(path).not.toMatch(/[\\/]|^\.|^$/);
  });

  it('keeps within what a file system takes, and long names apart', () => {
    const name = (end: string) => parseTemplate('{stem}')({ ...facts, stem: `${'語'.repeat(300)}${end}` });
    expect(Buffer.byteLength(name('a'))).toBeLessThan(210);
    expect(name('a')).not.toBe(name('b'));
    expect(name('a')).toMatch(/^語+~[0-9a-f]{8}\.PDF$/);
  });

  it.each([
    '',
    '/etc/{stem}',
    '../{stem}',
    '{label}/',
    'a//b',
    '{nonsense}',
    '{stem',
    'stem}',
    '{}',
    'a\\b',
    '.x/{stem}',
    '{toString}',
  ])('refuses %j', (template) => {
    expect(() => parseTemplate(template)).toThrow(/for --template/);
  });
});
