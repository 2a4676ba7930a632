import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** What V8 says of one script in one process. */
export interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

const source = /\/(?:packages|apps)\/[^/]+\/src\/.*\.ts$/

/** For each character of a text whether it ran: inner ranges say more than those around them. */
export function ranIn({ functions }: ScriptCoverage, length: number): Uint8Array {
  const ran = new Uint8Array(length)
  const ranges = functions
    .flatMap((each) => each.ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return ran
}

/**
 * What ran of the sources of a repository in any process.
 *
 * @param root top of the repository
 * @param directory where the processes wrote what V8 counted
 * @returns for each source file, relative to the top, one byte a character
 */
export function readRuns(root: string, directory: string): Map<string, Uint8Array> {
  const runs = new Map<string, Uint8Array>()
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  for (const name of files.filter((each) => each.endsWith('.json'))) {
    const { result } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as {
      result: readonly ScriptCoverage[]
    }
    for (const script of result) {
      if (!script.url.startsWith('file://') || !source.test(script.url)) continue
      const path = relative(root, fileURLToPath(script.url))
      if (path.startsWith('..') || path.includes('node_modules')) continue
      const ran = ranIn(script, readFileSync(join(root, path), 'utf8').length)
      const before = runs.get(path)
      if (before === undefined) runs.set(path, ran)
      else for (let i = 0; i < ran.length; i++) before[i]! |= ran[i]!
    }
  }
  return runs
}
