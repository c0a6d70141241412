/** The camera before the classifier: started, watched, and what is wrong with it said. */
import type { WebClassifier } from '@docclf/web';
import type { Answer } from './answer.ts';
import { type Camera, CameraError, type CameraProblem, listCameras, openCamera } from './camera.ts';
import { element, part } from './elements.ts';
import { explain } from './explain.ts';
import { createSteady, hintFor } from './hint.ts';
import { createLightMeter, type Light } from './light.ts';
import type { Outline } from './outline.ts';
import { watch } from './recogniser.ts';
import { verdictOfVote } from './verdict.ts';

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

/** Milliseconds between two looks at the light, which changes more slowly than frames come. */
const lightEvery = 700;
/** Answers that must agree before another hint is shown. */
const hintAfter = 5;

export interface LiveView {
  readonly isOn: boolean;
  /** Resolves to whether it runs. */
  start(deviceId?: string): Promise<boolean>;
  stop(): void;
  /** What the camera shows now. */
  capture(): Promise<File>;
  /** Nothing is wrong any more, or nobody asks for the camera any more. */
  forgetProblem(): void;
}

/** @param onEnd called when the camera ends by itself, or what watches it does; with what to say */
export function createLiveView(
  classifier: WebClassifier,
  answer: Answer,
  outline: Outline,
  onEnd: (why?: { readonly title: string; readonly advice: string }) => void,
): LiveView {
  const viewport = part('viewport', HTMLElement);
  const video = part('video', HTMLVideoElement);
  const rate = part('rate', HTMLElement);
  const hint = part('hint', HTMLElement);
  const problem = part('camera-problem', HTMLElement);
  const cameras = part('cameras', HTMLSelectElement);
  const lightOf = createLightMeter();
  let camera: Camera | undefined;

  function stop(): void {
    camera?.stop();
    camera = undefined;
    rate.hidden = true;
    hint.hidden = true;
    cameras.hidden = true;
  }

  async function start(deviceId?: string): Promise<boolean> {
    stop();
    problem.hidden = true;
    try {
      const opened = await openCamera(video, deviceId, () => {
        stop();
        onEnd();
      });
      camera = opened;
      await offerCameras(opened.deviceId);
      void recognise(opened);
      return true;
    } catch (error) {
      const [title, advice] = problems[error instanceof CameraError ? error.problem : 'failed'];
      problem.replaceChildren(element('strong', {}, title), advice);
      problem.hidden = false;
      return false;
    }
  }

  async function recognise(opened: Camera): Promise<void> {
    const steady = createSteady<string | undefined>(hintAfter);
    let light: Light | undefined;
    let measured = Number.NEGATIVE_INFINITY;
    try {
      await watch(classifier, opened, ({ frame, announced, agreed, framesPerSecond }) => {
        if (camera !== opened) return;
        const verdict = verdictOfVote(announced, agreed);
        viewport.dataset.kind = verdict.kind;
        answer.show(verdict, agreed, frame);
        outline.draw(frame.outline, frame.image);
        rate.hidden = framesPerSecond === 0;
        rate.textContent = `${framesPerSecond.toFixed(0)} frames/s`;
        const now = performance.now();
        if (now - measured > lightEvery) {
          light = lightOf(video);
          measured = now;
        }
        const words = steady(hintFor(frame.advice, light, verdict.kind === 'accepted'));
        hint.hidden = words === undefined;
        if (words !== undefined && hint.textContent !== words) hint.textContent = words;
      });
    } catch (error) {
      if (camera !== opened) return;
      stop();
      onEnd(explain(error));
    }
  }

  async function offerCameras(current: string | undefined): Promise<void> {
    const found = await listCameras();
    cameras.hidden = found.length < 2;
    cameras.replaceChildren(
      ...found.map(({ id, name }) => element('option', { value: id, selected: id === current }, name)),
    );
  }

  // One that was missing may be there now.
  navigator.mediaDevices?.addEventListener('devicechange', () => {
    problem.hidden = true;
  });

  return {
    get isOn() {
      return camera !== undefined;
    },
    start,
    stop,
    capture: () => camera!.capture(),
    forgetProblem() {
      problem.hidden = true;
    },
  };
}
