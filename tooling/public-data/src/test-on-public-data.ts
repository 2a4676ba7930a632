import { test } from '@jest/globals'
import { shared } from './public-data-path.ts'
import { verdictOn } from './verdict.ts'

/**
 * A test that needs public data: skipped with one line that says so where the clone has none, failing in CI where some
 * of it is missing.
 *
 * @param title what is tested
 * @param files paths in `../shared/data`, or whole paths as `publicData` gives them
 * @param body the test
 */
export function testOnPublicData(
  title: string,
  files: string | readonly string[],
  body: () => void | Promise<void>,
): void {
  const verdict = verdictOn([files].flat(), { shared, ci: (process.env['CI'] ?? '') !== '' })
  if (verdict.does === 'run') test(title, body)
  else if (verdict.does === 'skip') {
    process.stderr.write(`SKIPPED: ${title}: ${verdict.reason}\n`)
    test.skip(`${title} (skipped: ${verdict.reason})`, body)
  } else
    test(title, () => {
      throw new Error(verdict.reason)
    })
}
