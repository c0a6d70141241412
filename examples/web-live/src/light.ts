/** Whether a camera sees enough: by a small copy of its picture, now and then. */
import { measureQuality, type RasterImage } from '@docclf/preprocess';

export type Light = 'dark' | 'glare';

/** Pixels of the copy's longer side. */
const side = 320;
/** Level, of 255, below which a pixel is dark; a picture is where half of its pixels are. */
const darkest = 40;
/** Share of the picture under glare from which words are lost. */
const mostGlare = 0.01;

/** Looks at a video through a canvas that it keeps. */
export function createLightMeter(): (video: HTMLVideoElement) => Light | undefined {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  return (video) => {
    const scale = side / Math.max(video.videoWidth, video.videoHeight);
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    if (!(width > 0 && height > 0)) return undefined;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return lightOf({ data, width, height, channels: 4 });
  };
}

/** Of opaque pixels. */
export function lightOf(image: RasterImage): Light | undefined {
  const { data, width, height, channels } = image;
  let dark = 0;
  // Green stands for the three: it has most of the light.
  for (let i = 1; i < data.length; i += channels) if (data[i]! < darkest) dark++;
  if (dark > (width * height) / 2) return 'dark';
  return measureQuality(image).glare > mostGlare ? 'glare' : undefined;
}
