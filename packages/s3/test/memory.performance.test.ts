import { expect, test } from '@jest/globals'
import { describeOnServer } from './object-store.ts'
import { runProgram } from './run-program.ts'

const mebibyte = 1 << 20
/** Most that resident memory may grow by, whatever the size of a bundle. */
const limit = 64 * mebibyte
const sizes = process.env['CLAIMS_FAULTS'] === 'long' ? [40, 200] : [40]

describeOnServer('memory', (server) => {
  test.each(sizes)(
    'a bundle of %i MB is put and read with less than 64 MB more',
    async (size) => {
      const place = server().place()
      const { code, output } = await runProgram(['put-large.ts', place.uri, String(size * mebibyte)])
      expect(code).toBe(0)
      const grown = JSON.parse(output) as { putting: number; streaming: number; streamed: number }
      expect(grown.streamed).toBe(size * mebibyte)
      expect(grown.putting).toBeLessThan(limit)
      expect(grown.streaming).toBeLessThan(limit)
      process.stdout.write(`${String(size)} MB: ${output}`)
      place.dispose()
    },
    300_000,
  )
})
