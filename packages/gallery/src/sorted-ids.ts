/** Index of the first of the `ids`, ascending by UTF-16 code unit, that is greater than `id`; `ids.length` where none is. */
export function firstAfter(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
