/** What is before the classifier: the camera, a picture, or nothing. */
import type { Classification, ImageSource, Outcome as OutcomeOf, WebClassifier } from '@docclf/web';
import type { Answer } from './answer.ts';
import { type Camera, CameraError, type CameraProblem, listCameras, openCamera } from './camera.ts';
import { element, part } from './elements.ts';
import { explain } from './explain.ts';
import { type GuideShape, guideIn } from './guide.ts';
import { watch } from './recogniser.ts';
import { createStrip } from './strip.ts';
import { verdictOf, verdictOfVote } from './verdict.ts';

type Outcome = OutcomeOf<ImageSource, Classification>;

const problems: Readonly<Record<CameraProblem, readonly [title: string, advice: string]>> = {
  denied: [
    'The camera is not allowed',
    'Allow it for this page in the browser’s address bar, then start it again. Pictures work without it.',
  ],
  missing: ['There is no camera', 'Connect one and start it again, or choose a picture.'],
  busy: ['The camera is in use', 'Close the program that uses it, then start it again.'],
  insecure: ['The camera is not available here', 'Browsers allow it to pages on https: or localhost only.'],
  failed: ['The camera could not be started', 'Try again, or choose a picture.'],
};

export interface Subject {
  /** Looks at these pictures; the first comes before the classifier, the others lie in a strip. */
  look(pictures: readonly File[]): Promise<void>;
  /** What a registration would take now: the picture that is shown, or the camera's frame. */
  take(): Promise<ImageSource | undefined>;
  /** Looks at the pictures again: the gallery has changed. */
  lookAgain(): Promise<void>;
}

export function createSubject(classifier: WebClassifier, answer: Answer): Subject {
  const viewport = part('viewport', HTMLElement);
  const picture = part('picture', HTMLElement);
  const video = part('video', HTMLVideoElement);
  const still = part('still', HTMLImageElement);
  const guide = part('guide', HTMLElement);
  const rate = part('rate', HTMLElement);
  const problem = part('camera-problem', HTMLElement);
  const button = part('camera', HTMLButtonElement);
  const cameras = part('cameras', HTMLSelectElement);
  const shapes = part('shapes', HTMLFieldSetElement);
  let camera: Camera | undefined;
  const strip = createStrip((index) => choose(index));
  let pictures: readonly File[] = [];
  let chosen = 0;
  /** Of each picture that was looked at. */
  let outcomes: Outcome[] = [];
  let looks = 0;

  const shape = () => shapes.querySelector<HTMLInputElement>(':checked')!.value as GuideShape;

  function display(shows: 'nothing' | 'camera' | 'picture'): void {
    viewport.dataset.shows = shows;
    viewport.dataset.kind = '';
    part('invitation', HTMLElement).hidden = shows !== 'nothing';
    picture.hidden = shows === 'nothing';
    video.hidden = shows !== 'camera';
    still.hidden = shows !== 'picture';
    guide.hidden = shows !== 'camera';
    rate.hidden = true;
    shapes.hidden = shows !== 'camera';
    button.classList.toggle('primary', shows !== 'camera');
    button.textContent = shows === 'camera' ? 'Stop camera' : 'Start camera';
    if (shows !== 'camera') cameras.hidden = true;
    if (shows === 'nothing') answer.tell('Waiting for a document', 'Start the camera or choose a picture.');
  }

  function fit(width: number, height: number): void {
    picture.style.setProperty('--ratio', String(width / height));
  }

  function drawGuide(): void {
    const { videoWidth, videoHeight } = video;
    if (videoWidth === 0) return;
    fit(videoWidth, videoHeight);
    const { left, top, width, height } = guideIn(videoWidth, videoHeight, shape());
    guide.style.left = `${(left / videoWidth) * 100}%`;
    guide.style.top = `${(top / videoHeight) * 100}%`;
    guide.style.width = `${(width / videoWidth) * 100}%`;
    guide.style.height = `${(height / videoHeight) * 100}%`;
  }

  function stopCamera(): void {
    camera?.stop();
    camera = undefined;
  }

  async function startCamera(deviceId?: string): Promise<void> {
    stopCamera();
    problem.hidden = true;
    button.disabled = true;
    try {
      const opened = await openCamera(video, deviceId, () => {
        stopCamera();
        display('nothing');
      });
      camera = opened;
      forgetPictures();
      display('camera');
      drawGuide();
      answer.tell('Looking …', 'Hold a document inside the frame.');
      await offerCameras(opened.deviceId);
      void recognise(opened);
    } catch (error) {
      showProblem(error instanceof CameraError ? error.problem : 'failed');
      if (pictures.length === 0) display('nothing');
    } finally {
      button.disabled = false;
    }
  }

  async function recognise(opened: Camera): Promise<void> {
    try {
      await watch(classifier, opened, shape, ({ frame, announced, agreed, framesPerSecond }) => {
        if (camera !== opened) return;
        const verdict = verdictOfVote(announced, agreed);
        viewport.dataset.kind = verdict.kind;
        answer.show(verdict, agreed, frame);
        rate.hidden = framesPerSecond === 0;
        rate.textContent = `${framesPerSecond.toFixed(0)} frames/s`;
      });
    } catch (error) {
      if (camera !== opened) return;
      stopCamera();
      display('nothing');
      const { title, advice } = explain(error);
      answer.tell(title, advice);
    }
  }

  async function offerCameras(current: string | undefined): Promise<void> {
    const found = await listCameras();
    cameras.hidden = found.length < 2;
    cameras.replaceChildren(
      ...found.map(({ id, name }) => element('option', { value: id, selected: id === current }, name)),
    );
  }

  function showProblem(which: CameraProblem): void {
    const [title, advice] = problems[which];
    problem.replaceChildren(element('strong', {}, title), advice);
    problem.hidden = false;
  }

  function forgetPictures(): void {
    pictures = [];
    outcomes = [];
    strip.draw([]);
    hideStill();
  }

  function hideStill(): void {
    if (still.src !== '') URL.revokeObjectURL(still.src);
    still.removeAttribute('src');
  }

  async function lookAtAll(): Promise<void> {
    const look = ++looks;
    outcomes = [];
    for await (const outcome of classifier.classifyMany(pictures)) {
      if (look !== looks) return;
      const { index } = outcome;
      outcomes[index] = outcome;
      if (outcome.ok) {
        const { kind, heading } = verdictOf(outcome.result);
        strip.tell(index, kind, heading);
      } else strip.tell(index, 'refused', explain(outcome.error).title);
      if (index === chosen) present(outcome);
    }
  }

  function present(outcome: Outcome): void {
    if (outcome.ok) {
      viewport.dataset.kind = '';
      answer.show(verdictOf(outcome.result), outcome.result);
      return;
    }
    if (pictures.length === 1) {
      display('nothing');
      forgetPictures();
    }
    const { title, advice } = explain(outcome.error);
    answer.tell(title, advice);
    viewport.dataset.kind = 'refused';
  }

  function choose(index: number): void {
    const file = pictures[index];
    if (file === undefined) return;
    chosen = index;
    hideStill();
    still.src = URL.createObjectURL(file);
    still.alt = file.name;
    strip.point(index);
    const outcome = outcomes[index];
    if (outcome === undefined) answer.tell('Looking …', '');
    else present(outcome);
  }

  button.addEventListener('click', () => {
    if (camera === undefined) {
      void startCamera();
      return;
    }
    stopCamera();
    display('nothing');
  });
  cameras.addEventListener('change', () => void startCamera(cameras.value));
  shapes.addEventListener('change', drawGuide);
  // A phone that is turned gives frames of another shape.
  video.addEventListener('resize', drawGuide);
  still.addEventListener('load', () => fit(still.naturalWidth, still.naturalHeight));
  display('nothing');

  return {
    async look(files) {
      if (files.length === 0) return;
      stopCamera();
      forgetPictures();
      problem.hidden = true;
      pictures = files;
      strip.draw(files);
      display('picture');
      choose(0);
      await lookAtAll();
    },
    async take() {
      return camera === undefined ? pictures[chosen] : camera.capture(shape());
    },
    async lookAgain() {
      if (pictures.length > 0) await lookAtAll();
    },
  };
}
