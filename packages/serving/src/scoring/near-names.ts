/** Finds the known names that a name is almost. */
export interface NearNames {
  /**
   * The known names that `name` equals once case, `_`, `-`, `.` and blanks are taken out, or that few edits turn into it.
   *
   * @param name as a caller wrote it
   * @returns the names, or null where the comparison was left out because too many were made already
   */
  find(name: string): readonly string[] | null
}

interface Known {
  readonly name: string
  readonly plain: string
  readonly digits: string
  readonly letters: number
}

/** Longer names are none that a person mistyped. */
const longestName = 200
/** Names whose result is kept. */
const keptNames = 2_000
const none: readonly string[] = []

/**
 * Prepares the search for near names; made once per model.
 *
 * How many edits are few depends on the shorter of both names without punctuation: none below 4 letters, one below 6,
 * two from 6 on (a swap of two neighbours is one). Names whose digits differ are never near: `income_2019` is not
 * `income_2020`. Where one name is equal but for case and punctuation, names at a distance do not count.
 *
 * @param names known names
 * @param options `compared`: distinct names that are compared letter by letter before `reset`; later ones are only
 *   looked up
 */
export function nearNames(
  names: readonly string[],
  options: { compared: number },
): NearNames & { reset(): void } {
  const known = names.map((name) => ({ name, ...described(name) }))
  const byPlain = new Map<string, string[]>()
  for (const { name, plain } of known) byPlain.set(plain, [...(byPlain.get(plain) ?? []), name])
  const found = new Map<string, readonly string[]>()
  let compared = 0
  return {
    reset: () => {
      compared = 0
    },
    find: (name) => {
      if (name.length > longestName) return none
      const kept = found.get(name)
      if (kept !== undefined) return kept
      const wanted = described(name)
      const equal = byPlain.get(wanted.plain)
      if (equal !== undefined) return equal
      if (compared === options.compared) return null
      compared += 1
      const near = known.filter((candidate) => isNear(wanted, candidate)).map((candidate) => candidate.name)
      if (found.size === keptNames) found.clear()
      found.set(name, near.length === 0 ? none : near)
      return near
    },
  }
}

function described(name: string): Omit<Known, 'name'> {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]+/g, '')
  let letters = 0
  for (let i = 0; i < plain.length; i++) letters |= 1 << (plain.charCodeAt(i) & 31)
  return { plain, digits: plain.replace(/\D+/g, ''), letters }
}

function isNear(a: Omit<Known, 'name'>, b: Omit<Known, 'name'>): boolean {
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
