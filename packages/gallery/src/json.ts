/** Is this JSON as it stands, so that nothing of it is lost or altered on its way into a store? */

/** Deeper, and whoever walks through it by recursion runs out of stack. */
const maximumDepth = 100;
/** Facts about a document, not a document: also what is listed twice, or lies in itself, counts each time. */
const maximumValues = 100_000;

/** What JSON would drop, alter or choke on, in words that follow "its metadata"; undefined for what it keeps. */
export function whyNotJsonObject(value: unknown): string | undefined {
  if (!isPlainObject(value)) return 'must be a JSON object';
  let values = 0;
  function problemOf(inner: unknown, depth: number): string | undefined {
    if (++values > maximumValues) return `has more than ${maximumValues} values`;
    if (depth > maximumDepth) return `lies in more than ${maximumDepth} levels`;
    if (inner === null || typeof inner === 'string' || typeof inner === 'boolean') return undefined;
    if (typeof inner === 'number') return Number.isFinite(inner) ? undefined : `holds ${inner}`;
    if (Array.isArray(inner)) {
      // Not `for … of`, which an array may have redefined.
      for (let i = 0; i < inner.length; i++) {
        const problem = problemOf(inner[i], depth + 1);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    if (!isPlainObject(inner)) return `holds ${nameOf(inner)}`;
    for (const key of Object.keys(inner)) {
      const problem = problemOf(inner[key], depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return problemOf(value, 1);
}

/** Also of another realm, whose `Object` is another. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'undefined' : `a ${typeof value}`;
  return `a ${value.constructor?.name || 'object of a class'}`;
}
