/** DocCornerNet, the neural detector of the web scanner scanic (MIT): measured beside ours, never shipped. */
import { resize } from '@docclf/preprocess';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const side = 224;
const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

/** @param {string} file its ONNX file */
export async function openPeer(file) {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  return {
    /** Corners in pixels, clockwise from the one that it takes for the top left. */
    async locate(image) {
      const { data } = resize(image, side, side);
      const values = Float32Array.from(data, (value, i) => (value / 255 - mean[i % 3]) / deviation[i % 3]);
      const { coords } = await session.run({ [input]: new Tensor('float32', values, [1, side, side, 3]) });
      return [0, 2, 4, 6].map((i) => ({
        x: coords.data[i] * image.width,
        y: coords.data[i + 1] * image.height,
      }));
    },
  };
}
