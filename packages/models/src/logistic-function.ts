/**
 * `1 / (1 + exp(-x))` without overflow on either side.
 *
 * @param x log-odds
 * @returns in [0, 1]
 */
export function logisticFunction(x: number): number {
  const small = Math.exp(-Math.abs(x))
  return (x >= 0 ? 1 : small) / (1 + small)
}
