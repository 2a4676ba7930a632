/**
 * A quantile of the values that are not NaN, interpolated linearly between order statistics (Hyndman and Fan's type 7,
 * the default of NumPy and R).
 *
 * @param values length n, any unit; left as it is
 * @param q 0-1
 * @returns the quantile, or NaN when every value is missing
 * @example
 * quantile(Float64Array.of(1, 2, 3, 4), 0.5) // 2.5
 */
export function quantile(values: Float64Array, q: number): number {
  return quantiles(values, [q])[0] ?? NaN
}

/**
 * Several quantiles as by `quantile`, for one copy of the values.
 *
 * @param values length n, any unit; left as it is
 * @param qs each 0-1
 * @returns length qs; NaN when every value is missing
 */
export function quantiles(values: Float64Array, qs: readonly number[]): number[] {
  const present = presentValues(values)
  return qs.map((q) => {
    if (present.length === 0) return NaN
    const position = q * (present.length - 1)
    const below = Math.floor(position)
    const low = select(present, below)
    if (position === below) return low
    // After selection everything to the right is at least as large, so the next order statistic is its minimum.
    let high = Infinity
    for (let i = below + 1; i < present.length; i++) if (present[i]! < high) high = present[i]!
    return low + (high - low) * (position - below)
  })
}

function presentValues(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length)
  let n = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isNaN(value)) present[n++] = value
  }
  return present.subarray(0, n)
}

/**
 * A quantile of sorted values, as `quantile` interpolates it.
 *
 * @param sorted ascending, at least one value, none missing
 * @param q 0-1
 */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(sorted.length - 1, below + 1)]!
  return low + (high - low) * (at - below)
}

/** The k-th smallest value (Hoare's selection, pivot by median of three); reorders `values` around it. */
function select(values: Float64Array, k: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = medianOfThree(values[left]!, values[(left + right) >>> 1]!, values[right]!)
    let i = left
    let j = right
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i <= j) {
        const swapped = values[i]!
        values[i] = values[j]!
        values[j] = swapped
        i++
        j--
      }
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else break
  }
  return values[k]!
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
