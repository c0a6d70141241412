/** The card that travels with a model, as a type: `manifest.ts` checks it. */

type Colour = [red: number, green: number, blue: number];

/** A checked model manifest. */
export interface ModelManifest {
  format: 'docclf-model/1';
  /** Name of the model, the same for all releases of it. */
  id: string;
  version: string;
  /** The ONNX file, relative to the manifest. */
  file: string;
  sha256: string;
  bytes: number;
  /**
   * Vectors are comparable only within one embedding space: it changes with the weights and with
   * the preprocessing. A quantised variant of a model may share its space.
   */
  embeddingSpace: string;
  input: { name: string; width: number; height: number; channels: 3; layout: 'nchw'; colour: 'rgb' };
  /** tensor = (pixel / 255 - mean) / std, after squashing the image to the input size. */
  preprocessing: { fit: 'stretch'; downscale: 'area'; upscale: 'bilinear'; mean: Colour; std: Colour };
  output: { name: string; dimension: number };
  /** What the model answers to a picture that is made by formula: the self-test of a runtime. */
  golden: { image: 'docclf-golden-1'; vector: number[]; minimumCosine: number };
  /** Scores of pairs of different types; row: the smallest score with at most `fpr` of the pairs at or above it. */
  impostorScores: {
    pairs: number;
    images: number;
    source: string;
    table: { fpr: number; score: number }[];
  };
  /** Strangers that are held beside a probe and its references, see `readCohort`. Without them scores alone decide. */
  cohort?:
    | {
        /** Relative to the manifest. */
        file: string;
        sha256: string;
        bytes: number;
        kinds: { name: string; vectors: number }[];
      }
    | undefined;
  licence: string;
  origin: string[];
}
