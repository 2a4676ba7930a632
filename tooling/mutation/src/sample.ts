/**
 * Draws some of a list, without putting back, in the list's order; the same for the same seed.
 *
 * @param list what is drawn from
 * @param options how many, all where undefined; seed: a whole number
 */
export function drawSample<T>(
  list: readonly T[],
  options: { readonly size: number | undefined; readonly seed: number },
): T[] {
  const { size, seed } = options
  if (size === undefined || size >= list.length) return [...list]
  let state = seed >>> 0
  // Mulberry32; a package of tooling draws no statistics from it.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const kept: T[] = []
  for (const [i, item] of list.entries()) if (next() * (list.length - i) < size - kept.length) kept.push(item)
  return kept
}
