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
  /** A second output that tells states apart. Without it sub-labels are told apart by scores alone. */
  state?: StateModel | undefined;
  licence: string;
  origin: string[];
}

/** What the network says of the state that a document is in, beside its embedding. */
export interface StateModel {
  /** Name of the output: for each image `channels` times `places` numbers, channel by channel. */
  output: string;
  channels: number;
  /** The square of an even number. */
  places: number;
  /** State maps are comparable only within one space, which changes with the head; galleries outlive it. */
  space: string;
  /**
   * What makes a vector of `dimension` numbers of a map beside a baseline, see `state-comparison.ts`: a layer at each place (`fine`),
   * places pooled two by two, each seen with those around it, a second layer (`hidden`), pooled over the places by mean, maximum
   * and the mean of the `strongest`, and one more layer. `shrunk`: the ridge of the least squares that explain a map by its baseline.
   * `weights` are those of each layer row by row, then its biases: float16, little-endian, in base64.
   */
  comparison: {
    fine: number;
    hidden: number;
    dimension: number;
    strongest: number;
    shrunk: number;
    weights: string;
  };
  /**
   * What weighs in the logarithm of a chance. Among siblings: one of a cosine of states, one of a score of embeddings, and to be the
   * document without a state. Beside examples of other documents: one of a cosine, and that none holds.
   */
  scales: { state: number; embedding: number; plain: number; example: number; none: number };
  /** From which chance on a label is answered, and a state that was shown on another document. */
  certain: { sibling: number; example: number };
  /** Logistic regression on mean, deviation, maximum and minimum of each channel: what can be said in a word, and `''` for nothing. */
  words: { certain: number; list: { word: string; bias: number; direction: number[] }[] };
  /** Of what the model answers to the golden image every eighth number; held against with the same `minimumCosine`. */
  golden: number[];
}
