import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}
interface TestRun {
  readonly test: string
  readonly milliseconds: number
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly { readonly ranges: readonly Range[] }[]
  }[]
}

/** A test file and how long it took. */
export interface CoveringTest {
  /** Relative to the top. */
  readonly test: string
  readonly milliseconds: number
}

/** Which test files run a place of a source. */
export interface CoveringTests {
  /** @param path source, relative to the top @param offset in its text @returns the quickest first */
  of(path: string, offset: number): CoveringTest[]
}

/** Reads what V8 counted while each test file ran. @param root top of the repository @param directory of the counts */
export function readCoveringTests(root: string, directory: string): CoveringTests {
  const byPath = new Map<string, (CoveringTest & { ranges: readonly Range[] })[]>()
  for (const name of readdirSync(directory).filter((each) => each.endsWith('.json'))) {
    const { test, milliseconds, result } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as TestRun
    for (const { url, functions } of result) {
      const path = relative(root, fileURLToPath(url))
      const ranges = functions
        .flatMap((each) => each.ranges)
        .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))
      byPath.set(path, [...(byPath.get(path) ?? []), { test: relative(root, test), milliseconds, ranges }])
    }
  }
  return {
    of: (path, offset) =>
      (byPath.get(path) ?? [])
        .filter(({ ranges }) => {
          const narrowest = ranges.find((range) => range.startOffset <= offset && offset < range.endOffset)
          return narrowest !== undefined && narrowest.count > 0
        })
        .sort((a, b) => a.milliseconds - b.milliseconds),
  }
}
