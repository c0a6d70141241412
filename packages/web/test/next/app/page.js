'use client';

import { createDocClassifier } from '@docclf/web';
import { useEffect } from 'react';

/** Imported as an app imports it, by the server that renders this too; the harness is for the page alone. */
export default function Page() {
  useEffect(() => {
    globalThis.createDocClassifier = createDocClassifier;
    import('../../page/harness.js');
  }, []);
  return null;
}
