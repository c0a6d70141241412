/** A camera: what opens it, its frames as they come, and what can be wrong with it. */

/** A document of a quarter of this has the pixels that are looked at: more only costs time. */
const wanted = { width: { ideal: 1280 }, height: { ideal: 720 } } as const;

export type CameraProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

export interface Camera {
  readonly deviceId: string | undefined;
  /** The element whenever it shows a frame that was not there before, so that what is taken of it is never old. */
  frames(): AsyncGenerator<HTMLVideoElement, void, void>;
  /** What it shows now, as a file. */
  capture(): Promise<File>;
  stop(): void;
}

/** Why a camera could not be opened. */
export class CameraError extends Error {
  readonly problem: CameraProblem;

  constructor(problem: CameraProblem, cause?: unknown) {
    super(`camera: ${problem}`, { cause });
    this.problem = problem;
  }
}

/**
 * Opens a camera into a video element; without a device the one that looks away from the person.
 *
 * @param onEnd called when the camera goes away by itself
 * @throws CameraError
 */
export async function openCamera(
  video: HTMLVideoElement,
  deviceId: string | undefined,
  onEnd: () => void,
): Promise<Camera> {
  // Browsers hide cameras from pages that someone on the way could have changed.
  if (navigator.mediaDevices === undefined) throw new CameraError('insecure');
  const which = deviceId === undefined ? { facingMode: 'environment' } : { deviceId: { exact: deviceId } };
  const stopped = new AbortController();
  const gone = new AbortController();
  let stream: MediaStream | undefined;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { ...wanted, ...which }, audio: false });
    // From the first moment: one that is unplugged while it starts would be waited for without end.
    stream.getVideoTracks()[0]?.addEventListener('ended', () => gone.abort());
    video.srcObject = stream;
    await video.play();
    if (gone.signal.aborted) throw new DOMException('The camera went away while it started', 'NotFoundError');
  } catch (cause) {
    // A camera that cannot be shown must not stay on.
    endTracks(stream);
    throw new CameraError(problemOf(cause), cause);
  }
  const [track] = stream.getVideoTracks();
  gone.signal.addEventListener('abort', onEnd);

  return {
    deviceId: track?.getSettings().deviceId,
    async capture() {
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      canvas.getContext('2d')!.drawImage(video, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
      return new File([blob], 'Picture of the camera.jpg', { type: blob.type });
    },
    async *frames() {
      while (!stopped.signal.aborted) {
        await nextFrame(video, stopped.signal);
        if (!stopped.signal.aborted) yield video;
      }
    },
    stop() {
      stopped.abort();
      endTracks(stream);
      video.srcObject = null;
    },
  };
}

function endTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Names of the cameras; browsers tell them only after one was allowed. */
export async function listCameras(): Promise<readonly { id: string; name: string }[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind }) => kind === 'videoinput')
    .map(({ deviceId, label }, i) => ({ id: deviceId, name: label || `Camera ${i + 1}` }));
}

/** Media Capture and Streams, section 10.1, names these exceptions. */
function problemOf(cause: unknown): CameraProblem {
  switch ((cause as Error).name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** Waits for a frame that was not there before; hidden pages have none, and so do no work. */
function nextFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(done);
    else requestAnimationFrame(done);
  });
}
