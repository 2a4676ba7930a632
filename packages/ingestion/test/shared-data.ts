import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@jest/globals'

const folder = join(import.meta.dirname, '../../../../shared/data')

/** Path of a shared data file. */
export function sharedPath(name: string): string {
  return join(folder, name)
}

/** A test on shared data: skipped with the reason in its name where they are absent, failing there in CI. */
export function testOnData(name: string, work: () => Promise<void>): void {
  if (existsSync(folder)) test(name, work)
  else if ((process.env['CI'] ?? '') === '') test.skip(`${name} (skipped: ../shared/data is absent)`, work)
  else
    test(name, () => {
      throw new Error('../shared/data is absent')
    })
}
