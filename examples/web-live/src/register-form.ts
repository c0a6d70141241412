/** Giving what is before the classifier a name. */
import { parseLabel, type Reference, type WebClassifier } from '@docclf/web';
import { element, part } from './elements.ts';
import { explain } from './explain.ts';
import type { Messages } from './messages.ts';
import type { Subject } from './subject.ts';

export interface RegisterForm {
  /** Labels to choose from while typing. */
  offer(labels: readonly string[]): void;
}

export function createRegisterForm(
  classifier: WebClassifier,
  subject: Subject,
  messages: Messages,
  onRegistered: (references: readonly Reference[]) => Promise<void>,
): RegisterForm {
  const form = part('register', HTMLFormElement);
  const input = part('label', HTMLInputElement);
  const negative = part('negative', HTMLInputElement);
  const button = part('register-button', HTMLButtonElement);
  const error = part('label-error', HTMLElement);

  function refuse(text: string): void {
    error.textContent = text;
    error.hidden = text === '';
  }

  async function register(): Promise<void> {
    refuse('');
    input.removeAttribute('aria-invalid');
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
      messages.say(`Registered as ${meaning.label ?? 'none of mine'}.`);
      input.value = '';
      negative.checked = false;
      input.disabled = false;
      await onRegistered([reference]);
    } catch (cause) {
      const { title, advice } = explain(cause);
      refuse(`${title}. ${advice}`);
    } finally {
      if (source instanceof ImageBitmap) source.close();
    }
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    await register().catch((cause) => messages.complain(cause));
    button.disabled = false;
  });
  negative.addEventListener('change', () => {
    input.disabled = negative.checked;
  });

  return {
    offer(labels) {
      part('known-labels', HTMLDataListElement).replaceChildren(
        ...labels.map((label) => element('option', { value: label })),
      );
    },
  };
}
