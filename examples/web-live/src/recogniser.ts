/** Live recognition: frames in, what they and their vote say out. */
import type { Classification, WebClassifier } from '@docclf/web';
import type { Camera } from './camera.ts';
import { createFrameRate } from './frame-rate.ts';
import { type Announced, createVote, includes } from './voting.ts';

export interface Seen {
  /** Of this frame. */
  readonly frame: Classification;
  readonly announced: Announced;
  /** Of the last frame that agrees with what is announced. */
  readonly agreed: Classification;
  readonly framesPerSecond: number;
}

/** Looks at a camera until it is stopped: one frame after another, so that each answer is about now. */
export async function watch(
  classifier: WebClassifier,
  camera: Camera,
  onSeen: (seen: Seen) => void,
): Promise<void> {
  const vote = createVote();
  const rate = createFrameRate();
  let agreed: Classification | undefined;
  let isEmpty = false;
  for await (const source of camera.frames()) {
    // Nothing lies before the camera: what would be looked at again is the desk, several times a second.
    const frame = await classifier.classify(source, { secondLook: !isEmpty });
    isEmpty = frame.advice.includes('nothing-found');
    const announced = vote.cast(frame.label);
    if (agreed === undefined || announced === undefined || includes(announced, frame.label)) agreed = frame;
    onSeen({ frame, announced, agreed, framesPerSecond: rate.tick(performance.now()) });
  }
}
