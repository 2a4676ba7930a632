import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

const own = readFileSync(import.meta.filename)

/**
 * Tests run what Node runs: types become blanks, every other character stays where it is. A stack trace, and a range
 * of V8's coverage, means the same place in a test's process and in a program that a test starts.
 */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, path) =>
    createHash('sha256')
      .update(own)
      .update(process.version)
      .update(path)
      .update('\0')
      .update(source)
      .digest('hex'),
}
