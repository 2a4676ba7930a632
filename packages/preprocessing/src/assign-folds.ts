import type { Random } from '@claims/frame'

/**
 * The fold of each row for out-of-fold work: shuffled and stratified by the label, or, with groups, by whole groups in
 * random order, each to the fold that has the fewest rows so far.
 *
 * @param target 0 or 1, length n
 * @param folds wanted number; fewer come out when there are fewer rows or groups
 * @returns fold of each row, length n, and the number of folds
 */
export function assignFolds(
  target: Uint8Array,
  folds: number,
  { random, groups }: { readonly random: Random; readonly groups?: Int32Array | undefined },
): { readonly fold: Uint16Array; readonly folds: number } {
  const n = target.length
  const fold = new Uint16Array(n)
  if (groups === undefined) {
    const used = Math.max(1, Math.min(folds, n))
    const dealt = [0, 0]
    for (const row of random.permutation(n)) {
      const label = target[row] === 1 ? 1 : 0
      fold[row] = dealt[label]!++ % used
    }
    return { fold, folds: used }
  }
  const members = new Map<number, number>()
  for (const group of groups) members.set(group, (members.get(group) ?? 0) + 1)
  const ids = [...members.keys()]
  const used = Math.max(1, Math.min(folds, ids.length))
  const rowsIn = new Float64Array(used)
  const foldOf = new Map<number, number>()
  for (const at of random.permutation(ids.length)) {
    const id = ids[at]!
    let least = 0
    for (let k = 1; k < used; k++) if (rowsIn[k]! < rowsIn[least]!) least = k
    rowsIn[least]! += members.get(id)!
    foldOf.set(id, least)
  }
  for (let i = 0; i < n; i++) fold[i] = foldOf.get(groups[i]!)!
  return { fold, folds: used }
}
