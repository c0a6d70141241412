'use client';

import { createDocClassifier } from '@docclf/web';
import { useEffect, useState } from 'react';

async function recognise() {
  const classifier = await createDocClassifier();
  await classifier.register('/id.jpg', { label: 'id/front' });
  const { status, label } = await classifier.classify('/id.jpg');
  const { worker, threads } = classifier.embedder.status();
  await classifier.close();
  return `${status}: ${label}, ${worker ? 'in a worker' : 'in the page'}, ${threads} thread`;
}

export default function Page() {
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    recognise().then(setAnswer, (error) => setAnswer(`${error} ${error.cause ?? ''}`));
  }, []);
  return <output>{answer}</output>;
}
