/** `@docclf/node/files`: how the gallery file is read and written, for programs that keep files of their own beside it. */
export { writeAtomically } from './atomic-write.ts';
export { withFileLock } from './file-lock.ts';
export { openRegular, readHead, readRegular } from './regular-file.ts';
