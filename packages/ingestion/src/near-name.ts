/** What two names are compared by. */
export interface DescribedName {
  /** Without case, `_`, `-`, `.` and blanks. */
  readonly plain: string
  readonly digits: string
  /** A bit per letter that occurs. */
  readonly letters: number
}

/** A name as it is compared with others. @param name as somebody wrote it */
export function describeName(name: string): DescribedName {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]+/g, '')
  let letters = 0
  for (let i = 0; i < plain.length; i++) letters |= 1 << (plain.charCodeAt(i) & 31)
  return { plain, digits: plain.replace(/\D+/g, ''), letters }
}

/**
 * Whether one name is probably the other, mistyped. How many edits that takes at most depends on the shorter of both
 * without punctuation: none below 4 letters, one below 6, two from 6 on (a swap of two neighbours is one). Names whose
 * digits differ are never near: `income_2019` is not `income_2020`. Equal names of fewer than 4 letters are not near.
 *
 * @example
 * isNearName(describeName('custmer_age'), describeName('customerAge')) // true
 */
export function isNearName(a: DescribedName, b: DescribedName): boolean {
  const shorter = Math.min(a.plain.length, b.plain.length)
  const most = shorter < 4 ? 0 : shorter < 6 ? 1 : 2
  if (most === 0 || Math.abs(a.plain.length - b.plain.length) > most || a.digits !== b.digits) return false
  // An edit changes at most two of the letters that occur.
  if (bits(a.letters ^ b.letters) > 2 * most) return false
  return withinEdits(a.plain, b.plain, most)
}

function bits(value: number): number {
  let count = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1
  return count
}

/** Damerau and Levenshtein (adjacent swaps), given up as soon as every path is longer than `most`. */
function withinEdits(a: string, b: string, most: number): boolean {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = new Array<number>(b.length + 1).fill(most + 1)
    current[0] = i
    let least = i
    const end = Math.min(b.length, i + most)
    for (let j = Math.max(1, i - most); j <= end; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let distance = Math.min(replaced, last[j]! + 1, current[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, beforeLast[j - 2]! + 1)
      current[j] = distance
      if (distance < least) least = distance
    }
    if (least > most) return false
    beforeLast = last
    last = current
  }
  return last[b.length]! <= most
}
