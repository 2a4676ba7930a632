/** A point of a line in drawing order. */
export interface Point {
  readonly x: number
  readonly y: number
  /** Place along the line. */
  readonly i?: number
}

/** Points that a picture of a few hundred pixels can show. */
const most = 160

/**
 * At most 160 points of a line: those that step furthest along it, in its order; the first and the last are kept. Steps
 * are measured along the line with both axes scaled to their range.
 *
 * @param x length n
 * @param y length n
 */
export function thinPoints(x: ArrayLike<number>, y: ArrayLike<number>): Point[] {
  const n = x.length
  const point = (i: number): Point => ({ x: rounded(x[i]!), y: rounded(y[i]!), i })
  if (n <= most) return Array.from({ length: n }, (_, i) => point(i))
  const width = range(x)
  const height = range(y)
  const along = new Float64Array(n)
  for (let i = 1; i < n; i++) {
    along[i] = along[i - 1]! + Math.abs(x[i]! - x[i - 1]!) / width + Math.abs(y[i]! - y[i - 1]!) / height
  }
  const points: Point[] = [point(0)]
  const step = along[n - 1]! / (most - 1)
  let last = 0
  for (let i = 1; i < n - 1; i++) {
    if (along[i]! - last < step) continue
    last = along[i]!
    points.push(point(i))
  }
  points.push(point(n - 1))
  return points
}

function range(values: ArrayLike<number>): number {
  let least = Infinity
  let largest = -Infinity
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!)
    largest = Math.max(largest, values[i]!)
  }
  return largest > least ? largest - least : 1
}

/** Five significant digits, which no screen can tell from more. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5))
}
