/** `--pdf-password-file`: passwords come from a file, since the arguments of a process are for all to see. */
import type { Command } from 'commander';
import { allOf } from './options.ts';

/** To every command that reads documents. */
export function addPdfPasswordOption(program: Command): void {
  for (const command of allOf(program).filter(readsDocuments)) {
    command
      .option('--pdf-password-file <file>', 'passwords, a line each, that are tried on PDFs that ask for one')
      .hook('preAction', (_, action) => usePasswords(action));
  }
}

function readsDocuments(command: Command): boolean {
  return command.options.some((option) => ['pages', 'locate', 'source'].includes(option.attributeName()));
}

async function usePasswords(command: Command): Promise<void> {
  const { pdfPasswordFile: file } = command.opts<{ pdfPasswordFile?: string }>();
  const { usePdfPasswords } = await import('../pages/readers.ts');
  if (file === undefined) return usePdfPasswords([]);
  const { readList } = await import('../files/files-from.ts');
  const lines = Buffer.from(await readList(file))
    .toString()
    .split(/\r?\n/);
  usePdfPasswords(lines.filter((line) => line !== ''));
}
