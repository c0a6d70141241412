/** What the page tells beside the answer: to everybody as a notice, to screen readers also what changes elsewhere. */
import { element, part } from './elements.ts';
import { explain } from './explain.ts';

export interface NoticeAction {
  readonly name: string;
  run(): void;
  /** What was focused is gone: the focus goes to the notice, and from there to this. */
  readonly returnTo?: HTMLElement;
}

export interface Messages {
  /** For screen readers only: what sighted people see anyway. */
  say(text: string): void;
  /** A notice stays until it is dismissed, acted upon or replaced: nobody has to be quick. */
  notify(text: string, action?: NoticeAction): void;
  /** A notice of what went wrong. */
  complain(error: unknown, action?: NoticeAction): void;
}

/** Announcements that stay for whoever reads them again. */
const kept = 10;

export function createMessages(): Messages {
  const announcer = part('announcer', HTMLElement);
  const notice = part('notice', HTMLElement);
  const text = part('notice-text', HTMLElement);
  const button = part('notice-action', HTMLButtonElement);
  let current: NoticeAction | undefined;

  // A log: what is said right after something else does not silence it.
  const say = (words: string) => {
    announcer.append(element('p', {}, words));
    while (announcer.childElementCount > kept) announcer.firstElementChild!.remove();
  };
  const notify = (words: string, action?: NoticeAction) => {
    current = action;
    text.textContent = words;
    button.hidden = action === undefined;
    button.textContent = action?.name ?? '';
    notice.hidden = false;
    say(words);
    if (action?.returnTo) button.focus();
  };
  const dismiss = () => {
    notice.hidden = true;
    current?.returnTo?.focus();
  };

  button.addEventListener('click', () => {
    dismiss();
    current?.run();
  });
  part('notice-close', HTMLButtonElement).addEventListener('click', dismiss);
  notice.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') dismiss();
  });
  return {
    say,
    notify,
    complain(error, action) {
      const { title, advice } = explain(error);
      notify(`${title}. ${advice}`, action);
    },
  };
}
