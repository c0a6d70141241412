/** What core itself writes into a reference's metadata. */

/**
 * Where the lint keeps an `ImageQuality` in a reference's metadata: it cannot be measured again once the
 * picture is gone.
 */
export const qualityKey = 'docclf:quality';
