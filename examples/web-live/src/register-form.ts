/** Giving what is before the classifier a name. */
import { parseLabel, type Reference, type WebClassifier } from '@docclf/web';
import { nameOf } from './answer.ts';
import { element, part, pathOf } from './elements.ts';
import { explain } from './explain.ts';
import type { Messages } from './messages.ts';
import type { Subject } from './subject.ts';

export interface RegisterForm {
  /** Labels to choose from while typing. */
  offer(labels: readonly string[]): void;
  /** Something else is before the classifier: what was said of the last one is over. */
  forget(): void;
}

export interface RegisterActions {
  /** Resolves to the URL of its picture, if one is kept. */
  onRegistered(reference: Reference): Promise<string | undefined>;
  /** Show where it is among all. */
  onReveal(label: string): void;
}

export function createRegisterForm(
  classifier: WebClassifier,
  subject: Subject,
  messages: Messages,
  { onRegistered, onReveal }: RegisterActions,
): RegisterForm {
  const form = part('register', HTMLFormElement);
  const input = part('label', HTMLInputElement);
  const negative = part('negative', HTMLInputElement);
  const button = part('register-button', HTMLButtonElement);
  const error = part('label-error', HTMLElement);

  const added = part('added', HTMLElement);
  const addedImage = part('added-image', HTMLImageElement);
  let addedLabel = '';

  function refuse(text: string): void {
    error.textContent = text;
    error.hidden = text === '';
    input.removeAttribute('aria-invalid');
  }

  function forget(): void {
    refuse('');
    added.hidden = true;
  }

  /** Naming a document and where it now is, in one view. */
  function showAdded(label: string, url: string | undefined): void {
    addedLabel = label;
    addedImage.hidden = url === undefined;
    if (url !== undefined) addedImage.src = url;
    part('added-label', HTMLElement).replaceChildren(...pathOf(nameOf(label)));
    added.hidden = false;
  }

  async function register(): Promise<void> {
    forget();
    const meaning = negative.checked ? ({ unknown: true } as const) : { label: input.value.trim() };
    try {
      if (meaning.label !== undefined) parseLabel(meaning.label);
    } catch (cause) {
      const { title, advice } = explain(cause);
      refuse(`${title}. ${advice}`);
      input.setAttribute('aria-invalid', 'true');
      input.focus();
      return;
    }
    const source = await subject.take();
    if (source === undefined) {
      refuse('Show a document first: start the camera or choose a picture.');
      return;
    }
    try {
      const { reference } = await classifier.register(source, meaning);
      messages.say(`Registered as ${nameOf(reference.label)}.`);
      input.value = '';
      negative.checked = false;
      input.disabled = false;
      showAdded(reference.label, await onRegistered(reference));
    } catch (cause) {
      const { title, advice } = explain(cause);
      refuse(`${title}. ${advice}`);
    }
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    await register().catch((cause) => messages.complain(cause));
    button.disabled = false;
  });
  // What was wrong with the name is over when it is another one.
  input.addEventListener('input', () => refuse(''));
  negative.addEventListener('change', () => {
    input.disabled = negative.checked;
    refuse('');
  });
  part('added-show', HTMLButtonElement).addEventListener('click', () => onReveal(addedLabel));

  return {
    forget,
    offer(labels) {
      part('known-labels', HTMLDataListElement).replaceChildren(
        ...labels.map((label) => element('option', { value: label })),
      );
    },
  };
}
