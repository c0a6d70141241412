/** The nearest references: PostgreSQL finds candidates in single precision, the gallery's own loop ranks them. */
import { type NearestQuery, nearestRows, type StoreMatch } from '@docclf/gallery';
import type { Connection } from './connection.ts';
import { decodeVector, encodeVector, withinCondition, withinValues } from './rows.ts';
import type { Names } from './schema.ts';

/** Candidates beyond those that were asked for, at first. */
const spare = 16;
/** The largest that pgvector allows. */
const maximumEfSearch = 1000;

interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly vector: Float32Array;
  /** Negative inner product, in single precision. */
  readonly distance: number;
}

/**
 * Exact: the answer is that of a search in memory, to the last bit and in its order.
 *
 * A dot product of n values in single precision is off by less than n × 2⁻²⁴ (Higham, Accuracy and Stability
 * of Numerical Algorithms, 3.1, for vectors of length 1). So candidates are fetched until the worst of the
 * answer is safely better than anything that was left behind.
 */
export async function searchExactly(
  connection: Connection,
  names: Names,
  query: NearestQuery,
): Promise<StoreMatch[]> {
  if (query.distinct) return searchLabelsExactly(connection, names, query);
  const { vector, count } = query;
  const margin = marginOf(vector);
  const values: unknown[] = [encodeVector(vector)];
  const where = conditionOf(query, values);
  const limitAt = values.length + 1;
  let limit = count + spare;
  while (true) {
    const distance = distanceOf(names, 'vector');
    // Adding nothing keeps an index out, which another process may have made.
    const rows = await connection.read<CandidateRow>(
      `SELECT id, label, ${names.vector}.vector_send(vector) AS vector, ${distance} AS distance
       FROM ${names.reference} ${where} ORDER BY ${distance} + 0 LIMIT $${limitAt}`,
      ...values,
      limit,
    );
    const candidates = rows.map(decodeCandidate);
    const found = rank(candidates, query);
    if (candidates.length < limit) return found;
    const worst = found[found.length - 1]!.cosine;
    if (worst > margin - candidates[candidates.length - 1]!.distance) return found;
    limit *= 4;
  }
}

/**
 * The same for the best of each label: of the nearest labels the nearest references. There must be enough of both,
 * labels until what was left behind cannot come into the answer, and references of each until none of the label can.
 */
async function searchLabelsExactly(
  connection: Connection,
  names: Names,
  query: NearestQuery,
): Promise<StoreMatch[]> {
  const { vector, count } = query;
  const margin = marginOf(vector);
  const values: unknown[] = [encodeVector(vector)];
  const where = conditionOf(query, values);
  const next = values.length + 1;
  let labels = count + spare;
  let each = 4;
  while (true) {
    const rows = await connection.read<CandidateRow>(
      `WITH best AS (
         SELECT label, min(${distanceOf(names, 'vector')}) AS distance
         FROM ${names.reference} ${where} GROUP BY label ORDER BY distance LIMIT $${next}
       )
       SELECT near.* FROM best CROSS JOIN LATERAL (
         SELECT id, label, ${names.vector}.vector_send(vector) AS vector, ${distanceOf(names, 'vector')} AS distance
         FROM ${names.reference} r WHERE r.label = best.label
         ORDER BY ${distanceOf(names, 'vector')} + 0, id LIMIT $${next + 1}
       ) AS near`,
      ...values,
      labels,
      each,
    );
    const candidates = rows.map(decodeCandidate);
    const found = rank(candidates, query);
    const groups = groupByLabel(candidates);
    const worst = found[found.length - 1]?.cosine ?? 0;
    const enoughLabels =
      groups.length < labels || worst > margin - Math.max(...groups.map(({ nearest }) => nearest));
    const enoughOfEach = groups.every(
      // All that there are, or the rest is safely worse than the first, or the first than the answer.
      ({ size, nearest, farthest }) => size < each || farthest - nearest > margin || worst > margin - nearest,
    );
    if (enoughLabels && enoughOfEach) return found;
    if (!enoughLabels) labels *= 4;
    if (!enoughOfEach) each *= 16;
  }
}

/** How many candidates each label has, and the distances of its first and last. */
function groupByLabel(candidates: readonly Candidate[]) {
  const groups = new Map<string, { size: number; nearest: number; farthest: number }>();
  for (const { label, distance } of candidates) {
    const group = groups.get(label) ?? { size: 0, nearest: distance, farthest: distance };
    groups.set(label, {
      size: group.size + 1,
      nearest: Math.min(group.nearest, distance),
      farthest: Math.max(group.farthest, distance),
    });
  }
  return [...groups.values()];
}

/** Twice what two dot products in single precision can be off, and some. */
const marginOf = (vector: Float32Array) => 4 * vector.length * 2 ** -24;

/** The negative inner product with the query, which is the first parameter. */
function distanceOf({ vector }: Names, column: string): string {
  return `(${column} OPERATOR(${vector}.<#>) $1::${vector}.vector)`;
}

/** The condition on labels; its parameters are added to `values`. */
function conditionOf({ within, labels }: NearestQuery, values: unknown[]): string {
  const first = values.length + 1;
  if (within !== undefined) {
    values.push(...withinValues(within));
    return `WHERE ${withinCondition(first)}`;
  }
  if (labels === undefined) return '';
  values.push(labels);
  return `WHERE label = ANY($${first}::text[])`;
}

/** By the graph index; exactly where the index has less to say than was asked. */
export async function searchGraph(
  connection: Connection,
  names: Names,
  query: NearestQuery,
  efSearch: number,
): Promise<StoreMatch[]> {
  const { vector, count } = query;
  const limit = count + spare;
  // A label is a small part, which its own index finds; a graph would be searched in vain for it.
  if ((query.within ?? query.labels) !== undefined || limit > maximumEfSearch) {
    return searchExactly(connection, names, query);
  }
  const candidates = await connection.session(async (ask) => {
    await ask(`BEGIN READ ONLY; SET LOCAL hnsw.ef_search = ${Math.max(efSearch, limit)}`);
    const rows = await ask<CandidateRow>(
      `SELECT id, label, ${names.vector}.vector_send(vector) AS vector, 0 AS distance FROM ${names.reference}
       ORDER BY vector OPERATOR(${names.vector}.<#>) $1::${names.vector}.vector LIMIT $2`,
      encodeVector(vector),
      limit,
    );
    await ask('COMMIT');
    return rows.map(decodeCandidate);
  });
  // Few references, or rows in the index that were removed and not yet cleaned up.
  const found = rank(candidates, query);
  // The nearest may all be of a few labels.
  if (candidates.length < limit || found.length < count) return searchExactly(connection, names, query);
  return found;
}

type CandidateRow = Omit<Candidate, 'vector'> & { readonly vector: Buffer };

function decodeCandidate(row: CandidateRow): Candidate {
  return { ...row, vector: decodeVector(row.vector) };
}

function rank(
  candidates: readonly Candidate[],
  { vector: query, count, distinct = false }: NearestQuery,
): StoreMatch[] {
  const dimension = query.length;
  const values = new Float32Array(candidates.length * dimension);
  candidates.forEach(({ vector }, i) => {
    values.set(vector, i * dimension);
  });
  const precedes = (a: number, b: number) => candidates[a]!.id < candidates[b]!.id;
  const rows = { values, count: candidates.length, dimension };
  const labelOf = distinct ? (row: number) => candidates[row]!.label : undefined;
  return nearestRows(rows, query, count, precedes, undefined, labelOf).map(({ row, cosine }) => {
    const { id, label } = candidates[row]!;
    return { id, label, cosine };
  });
}
