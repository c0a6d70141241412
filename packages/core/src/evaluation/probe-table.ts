/** Scores of probes, each searched by one or more views, with the images that may stand for a type. */
import { crossTable } from './score-table.ts';

/** The unit vector of an image, or those of all views that it is searched by. */
export type ProbeVectors = Float32Array | readonly Float32Array[];

export interface ProbeTable {
  readonly probes: number;
  viewsOf(probe: number): readonly Float32Array[];
  ofView(probe: number, view: number, image: number): number;
  /** By the view that comes closest. */
  between(probe: number, image: number): number;
}

/** @throws INVALID_ARGUMENT, VECTOR_*; see `crossTable` */
export function probeTable(probes: readonly ProbeVectors[], images: readonly Float32Array[]): ProbeTable {
  const views = probes.map(viewsOfProbe);
  const starts: number[] = [];
  let count = 0;
  for (const { length } of views) {
    starts.push(count);
    count += length;
  }
  const table = crossTable(views.flat(), images);
  const ofView = (probe: number, view: number, image: number) => table.between(starts[probe]! + view, image);
  return {
    probes: probes.length,
    viewsOf: (probe) => views[probe]!,
    ofView,
    between(probe, image) {
      let best = -1;
      for (let view = 0; view < views[probe]!.length; view++)
        best = Math.max(best, ofView(probe, view, image));
      return best;
    },
  };
}

function viewsOfProbe(vectors: ProbeVectors): readonly Float32Array[] {
  return vectors instanceof Float32Array ? [vectors] : vectors;
}
