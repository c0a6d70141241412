/** What scripts branch on. */
export const exitCodes = {
  done: 0,
  someFailed: 1,
  usage: 2,
  stopped: 3,
  unknown: 4,
  leftOut: 5,
  interrupted: 130,
  outputClosed: 141,
} as const;

export const exitCodesHelp = `
Exit codes:
  0    all done; classify and verify: every image was accepted
  1    some inputs failed, each with a line on standard error; the others are done
  2    the arguments are wrong; nothing was done
  3    a problem with the gallery, the model or the output ended the run
  4    nothing failed, but an image came back unknown (verify: was not accepted; lint: there are warnings)
  5    none of these, but files of a folder that may be documents were left out; a line on standard error counts them
  130  interrupted; what was done is kept
  141  the reader of standard output went away
`;
