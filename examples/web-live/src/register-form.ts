/** Giving what is before the classifier a name. */
import { parseLabel, type Reference, type WebClassifier } from '@docclf/web';
import { element, part, plural } from './elements.ts';
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
    const sources = await subject.take();
    if (sources.length === 0) {
      refuse('Show a document first: start the camera or choose a picture.');
      return;
    }
    const registered: Reference[] = [];
    let failure: unknown;
    for await (const outcome of classifier.registerMany(sources.map((source) => ({ source, ...meaning })))) {
      if (outcome.ok) registered.push(outcome.result.reference);
      else failure = outcome.error;
      if (outcome.source instanceof ImageBitmap) outcome.source.close();
    }
    if (registered.length > 0) {
      const many = registered.length > 1 ? `${plural(registered.length, 'picture')} ` : '';
      messages.say(`Registered ${many}as ${meaning.label ?? 'none of mine'}.`);
      input.value = '';
      negative.checked = false;
      input.disabled = false;
      await onRegistered(registered);
    }
    if (failure === undefined) return;
    const { title, advice } = explain(failure);
    const others =
      registered.length > 0 ? `${plural(registered.length, 'picture')} registered; not all: ` : '';
    refuse(`${others}${title}. ${advice}`);
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
