/** `@docclf/node/files`: how the gallery file is written, for programs that keep files of their own beside it. */
export { writeAtomically } from './atomic-write.ts';
export { withFileLock } from './file-lock.ts';
