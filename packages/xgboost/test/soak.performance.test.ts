import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { libraries } from './libraries.ts'

/** What 10,000 undisposed matrices of 200 x 50 hold is 400 MB and more. */
const MOST_GROWTH_MEGABYTES = 40

describe.each(libraries)('library %s', (_version, library) => {
  test.each([
    ['dispose', 'dispose()'],
    ['collect', 'the FinalizationRegistry'],
  ])(
    'the resident size stays flat over 10,000 matrices and 1,000 boosters (%s)',
    async (way) => {
      const script = new URL('./soak-process.ts', import.meta.url).pathname
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--expose-gc',
        '--conditions=@claims/source',
        script,
        library.path,
        way,
      ])
      const { first, last } = JSON.parse(stdout) as { first: number; last: number }
      expect(first).toBeGreaterThan(20)
      expect(last - first).toBeLessThan(MOST_GROWTH_MEGABYTES)
    },
    180_000,
  )
})
