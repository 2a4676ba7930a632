import { placesOf } from './places.ts'

/** How much there is of something, and how much of it ran. */
export interface Share {
  readonly total: number
  readonly covered: number
}

/** What ran of one source file. */
export interface FileCoverage {
  readonly path: string
  readonly lines: Share
  readonly branches: Share
  /** Lines that did not run. */
  readonly missed: readonly number[]
}

/**
 * What ran of a file.
 *
 * @param path names it
 * @param text its content
 * @param ran one byte a character, or undefined where nothing loaded it
 */
export function summarizeFile(path: string, text: string, ran: Uint8Array | undefined): FileCoverage {
  const { statements, branches } = placesOf(text)
  const lines = new Map<number, boolean>()
  for (const { line, offset } of statements)
    lines.set(line, (lines.get(line) ?? false) || ran?.[offset] === 1)
  return {
    path,
    lines: { total: lines.size, covered: [...lines.values()].filter(Boolean).length },
    branches: {
      total: branches.length,
      covered: branches.filter(({ offset }) => ran?.[offset] === 1).length,
    },
    missed: [...lines].filter(([, covered]) => !covered).map(([line]) => line),
  }
}

/** The sum of shares. */
export function sum(shares: readonly Share[]): Share {
  return shares.reduce(
    (all, each) => ({ total: all.total + each.total, covered: all.covered + each.covered }),
    { total: 0, covered: 0 },
  )
}

/** Covered per hundred; nothing to cover is covered. */
export function percent({ total, covered }: Share): number {
  return total === 0 ? 100 : (100 * covered) / total
}
