import { expect, test } from '@jest/globals'
import { describeOnServer } from './object-store.ts'
import { runProgram } from './run-program.ts'

const mebibyte = 1 << 20
/** Most that resident memory may grow by while a bundle is put, whatever its size. */
const limitOfPut = 64 * mebibyte
/** Most that it may grow by when the bundle is streamed as well: a piece is freed some time after it was read. */
const limit = 160 * mebibyte
const sizes = process.env['CLAIMS_FAULTS'] === 'long' ? [40, 200] : [40]

describeOnServer('memory', (server) => {
  test.each(sizes)(
    'a bundle of %i MB is put with less than 64 MB more, and streamed with less than 160 MB',
    async (size) => {
      const place = server().place()
      const { code, output } = await runProgram(['put-large.ts', place.uri, String(size * mebibyte)])
      expect(code).toBe(0)
      const grown = JSON.parse(output) as { putting: number; streaming: number; streamed: number }
      expect(grown.streamed).toBe(size * mebibyte)
      expect(grown.putting).toBeLessThan(limitOfPut)
      expect(grown.streaming).toBeLessThan(limit)
      process.stdout.write(`${String(size)} MB: ${output}`)
      place.dispose()
    },
    300_000,
  )
})
