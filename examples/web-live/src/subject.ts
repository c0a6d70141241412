/** What is before the classifier: the camera, a picture, or nothing. */
import type { ImageSource, WebClassifier } from '@docclf/web';
import type { Answer } from './answer.ts';
import { part } from './elements.ts';
import { createLiveView } from './live-view.ts';
import type { Messages } from './messages.ts';
import { createOutline } from './outline.ts';
import { createStills } from './stills.ts';

export interface Subject {
  /** Looks at these pictures; the first comes before the classifier, the others lie in a strip. */
  look(pictures: readonly File[]): Promise<void>;
  /** What a registration would take now: the picture that is shown, or the camera's frame. */
  take(): Promise<ImageSource | undefined>;
  /** Looks at the pictures again: the gallery has changed. */
  lookAgain(): Promise<void>;
}

type Shown = 'nothing' | 'camera' | 'picture';

/** @param onLook called when something else comes before the classifier */
export function createSubject(
  classifier: WebClassifier,
  answer: Answer,
  messages: Messages,
  onLook: () => void,
): Subject {
  const viewport = part('viewport', HTMLElement);
  const picture = part('picture', HTMLElement);
  const video = part('video', HTMLVideoElement);
  const still = part('still', HTMLImageElement);
  const button = part('camera', HTMLButtonElement);
  const shutter = part('shutter', HTMLButtonElement);
  const cameras = part('cameras', HTMLSelectElement);

  const outline = createOutline(messages, (corners) => stills.mark(corners));
  const stills = createStills(classifier, answer, outline, () => display('nothing'));
  const live = createLiveView(classifier, answer, outline, (why) => {
    display('nothing');
    if (why) answer.tell(why.title, why.advice);
  });

  function display(shows: Shown): void {
    viewport.dataset.shows = shows;
    viewport.dataset.kind = '';
    part('invitation', HTMLElement).hidden = shows !== 'nothing';
    picture.hidden = shows === 'nothing';
    video.hidden = shows !== 'camera';
    still.hidden = shows !== 'picture';
    shutter.hidden = shows !== 'camera';
    outline.edit(false);
    outline.draw(null, { width: 1, height: 1 });
    button.classList.toggle('primary', shows !== 'camera');
    button.textContent = shows === 'camera' ? 'Stop camera' : 'Start camera';
    if (shows !== 'nothing') viewport.scrollIntoView({ block: 'nearest' });
    else answer.tell('Waiting for a document', 'Start the camera or choose a picture.');
  }

  function fit(width: number, height: number): void {
    if (width > 0) picture.style.setProperty('--ratio', String(width / height));
  }

  async function startCamera(deviceId?: string): Promise<void> {
    button.disabled = true;
    if (await live.start(deviceId)) {
      stills.forget();
      onLook();
      display('camera');
      fit(video.videoWidth, video.videoHeight);
      answer.tell('Looking …', 'Hold a document before the camera.');
    } else if (stills.count === 0) display('nothing');
    button.disabled = false;
  }

  async function look(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    live.stop();
    live.forgetProblem();
    onLook();
    display('picture');
    await stills.look(files);
  }

  button.addEventListener('click', () => {
    if (!live.isOn) {
      void startCamera();
      return;
    }
    live.stop();
    display('nothing');
  });
  shutter.addEventListener('click', async () => look([await live.capture()]));
  cameras.addEventListener('change', () => void startCamera(cameras.value));
  // A phone that is turned gives frames of another shape.
  video.addEventListener('resize', () => fit(video.videoWidth, video.videoHeight));
  still.addEventListener('load', () => fit(still.naturalWidth, still.naturalHeight));
  display('nothing');

  return {
    look,
    take: async () => (live.isOn ? live.capture() : stills.chosen),
    async lookAgain() {
      if (stills.count > 0) await stills.lookAgain();
    },
  };
}
