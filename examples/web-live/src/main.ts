/** The page, from top to bottom. Each part knows one thing; here they meet. */
import { DocclfError } from '@docclf/web';
import { createAnswer } from './answer.ts';
import { listenForFiles } from './files-in.ts';
import { createGalleryPanel } from './gallery-panel.ts';
import { loadClassifier, show, showFailure } from './loading.ts';
import { createMessages } from './messages.ts';
import { keepOffline } from './offline.ts';
import { createRegisterForm } from './register-form.ts';
import { createSubject } from './subject.ts';
import { createThumbnails } from './thumbnails.ts';

async function start(): Promise<void> {
  const messages = createMessages();
  const classifier = await loadClassifier();
  const thumbnails = createThumbnails();

  // A document comes before the classifier, by camera or as a picture, and is answered.
  const answer = createAnswer(thumbnails, messages);
  const subject = createSubject(classifier, answer);

  // What is registered, renamed or deleted changes the answer.
  const form = createRegisterForm(classifier, subject, messages, (references) =>
    panel.refresh(references.map(({ id }) => id)),
  );
  const panel = createGalleryPanel(classifier, thumbnails, messages, (labels) => {
    form.offer(labels);
    void subject.lookAgain();
  });
  await panel.refresh();

  listenForFiles({
    onPictures: (files) => void subject.look(files),
    onGallery: (file) => void panel.importFile(file),
  });
  show('work');
  await keepOffline(messages);
}

/** A damaged model may lie in the browser's cache: it is fetched past that. */
async function fetchAgain(error: unknown): Promise<void> {
  if (DocclfError.is(error, 'MODEL_HASH_MISMATCH')) {
    await fetch(error.details.file, { cache: 'reload' }).catch(() => undefined);
  }
  location.reload();
}

start().catch((error: unknown) => {
  showFailure(error, [{ name: 'Try again', run: () => void fetchAgain(error) }]);
});
