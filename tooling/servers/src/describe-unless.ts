import { describe, test } from '@jest/globals'

/**
 * Tests that need what a machine may lack: then they fail in CI, and are skipped loudly elsewhere.
 *
 * @param missing what is missing, if anything is
 * @param title what is tested
 * @param body declares the tests
 */
export function describeUnless(missing: string | undefined, title: string, body: () => void): void {
  if (missing === undefined) describe(title, body)
  else if ((process.env['CI'] ?? '') !== '')
    test(title, () => {
      throw new Error(missing)
    })
  else {
    process.stderr.write(`SKIPPED: ${title}: ${missing}\n`)
    test.skip(`${title} (skipped: ${missing})`, () => undefined)
  }
}
