export const chromiumFlags: string[];
/** Path of the browser's program; undefined where there is none. */
export const chromiumPath: string | undefined;
export const chromiumMissing: string;
