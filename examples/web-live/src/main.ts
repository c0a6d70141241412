/** The page, from top to bottom. Each part knows one thing; here they meet. */
import { createMemoryStore, DocclfError, type WebClassifier } from '@docclf/web';
import { createAnswer } from './answer.ts';
import { download, part } from './elements.ts';
import { exampleToRecognise, registerExamples } from './examples.ts';
import { listenForFiles } from './files-in.ts';
import { createGalleryPanel } from './gallery-panel.ts';
import { loadClassifier, show, showFailure, type WayOut } from './loading.ts';
import { createMessages } from './messages.ts';
import { keepOffline } from './offline.ts';
import { createRegisterForm } from './register-form.ts';
import { askToKeep, createStore, deleteStored, exportStored } from './store.ts';
import { createSubject } from './subject.ts';
import { createThumbnails } from './thumbnails.ts';

const messages = createMessages();

async function start(): Promise<void> {
  const classifier = await openClassifier();
  const thumbnails = createThumbnails();

  // A document comes before the classifier, by camera or as a picture, and is answered.
  const answer = createAnswer(thumbnails, messages);
  const subject = createSubject(classifier, answer, messages, () => form.forget());

  // What is registered, renamed or deleted changes the answer.
  const form = createRegisterForm(classifier, subject, messages, {
    async onRegistered({ id }) {
      await panel.refresh([id]);
      // Not awaited: some browsers ask the person.
      void askToKeep();
      return thumbnails.urlOf(id);
    },
    onReveal: (label) => panel.reveal(label),
  });
  const panel = createGalleryPanel(classifier, thumbnails, messages, (labels) => {
    form.offer(labels);
    void subject.lookAgain();
  });
  await panel.refresh();

  const examples = part('examples', HTMLButtonElement);
  examples.addEventListener('click', async () => {
    examples.disabled = true;
    try {
      const references = await registerExamples(classifier);
      await panel.refresh(references.map(({ id }) => id));
      await subject.look([await exampleToRecognise()]);
    } catch (error) {
      messages.complain(error);
    }
    examples.disabled = false;
  });

  listenForFiles({
    onPictures: (files) => void subject.look(files),
    onGallery: (file) => void panel.importFile(file),
  });
  show('work');
  await keepOffline(messages);
}

/** With the stored gallery; where the window may store nothing, with one that ends with it. */
async function openClassifier(): Promise<WebClassifier> {
  try {
    return await loadClassifier(createStore());
  } catch (error) {
    if (!DocclfError.is(error, 'STORE_REQUIREMENT_MISSING')) throw error;
    messages.complain(error);
    return loadClassifier(createMemoryStore());
  }
}

/** What can be done about a page that could not start; the first is the recommended. */
function waysOut(error: unknown): readonly WayOut[] {
  if (DocclfError.is(error, 'GALLERY_SPACE_MISMATCH')) {
    const anew = {
      name: 'Start with an empty gallery',
      run: () => deleteStored().then(() => location.reload()),
    };
    const save = {
      name: 'Save it as a file',
      async run() {
        download(await exportStored(), 'documents.docclf');
        // Only what was saved can be left behind.
        showFailure(error, [anew, save]);
      },
    };
    return [save];
  }
  if (DocclfError.is(error, 'MODEL_HASH_MISMATCH')) {
    const { file } = error.details;
    // The damaged bytes may lie in the browser's cache: past that.
    const fetchAgain = () => fetch(file, { cache: 'reload' }).finally(() => location.reload());
    return [{ name: 'Fetch it again', run: fetchAgain }];
  }
  return [{ name: 'Try again', run: async () => location.reload() }];
}

start().catch((error: unknown) => showFailure(error, waysOut(error)));
