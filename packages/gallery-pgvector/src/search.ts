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
  { vector, count, within }: NearestQuery,
): Promise<StoreMatch[]> {
  const margin = 4 * vector.length * 2 ** -24;
  let limit = count + spare;
  while (true) {
    const distance = `(vector OPERATOR(${names.vector}.<#>) $1::${names.vector}.vector)`;
    const values: unknown[] = [encodeVector(vector), limit];
    let where = '';
    if (within !== undefined) {
      where = `WHERE ${withinCondition(3)}`;
      values.push(...withinValues(within));
    }
    // Adding nothing keeps an index out, which another process may have made.
    const rows = await connection.read<CandidateRow>(
      `SELECT id, label, ${names.vector}.vector_send(vector) AS vector, ${distance} AS distance
       FROM ${names.reference} ${where} ORDER BY ${distance} + 0 LIMIT $2`,
      ...values,
    );
    const candidates = rows.map(decodeCandidate);
    const found = rank(candidates, vector, count);
    if (candidates.length < limit) return found;
    const worst = found[found.length - 1]!.cosine;
    if (worst > margin - candidates[candidates.length - 1]!.distance) return found;
    limit *= 4;
  }
}

/** By the graph index; exactly where the index has less to say than was asked. */
export async function searchGraph(
  connection: Connection,
  names: Names,
  query: NearestQuery,
  efSearch: number,
): Promise<StoreMatch[]> {
  const { vector, count, within } = query;
  const limit = count + spare;
  // A label is a small part, which its own index finds; a graph would be searched in vain for it.
  if (within !== undefined || limit > maximumEfSearch) return searchExactly(connection, names, query);
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
  if (candidates.length < limit) return searchExactly(connection, names, query);
  return rank(candidates, vector, count);
}

type CandidateRow = Omit<Candidate, 'vector'> & { readonly vector: Buffer };

function decodeCandidate(row: CandidateRow): Candidate {
  return { ...row, vector: decodeVector(row.vector) };
}

function rank(candidates: readonly Candidate[], query: Float32Array, count: number): StoreMatch[] {
  const dimension = query.length;
  const values = new Float32Array(candidates.length * dimension);
  candidates.forEach(({ vector }, i) => {
    values.set(vector, i * dimension);
  });
  const precedes = (a: number, b: number) => candidates[a]!.id < candidates[b]!.id;
  return nearestRows({ values, count: candidates.length, dimension }, query, count, precedes).map(
    ({ row, cosine }) => ({ id: candidates[row]!.id, label: candidates[row]!.label, cosine }),
  );
}
