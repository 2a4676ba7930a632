import { expect, test } from '@jest/globals'
import { describeOnServer } from './object-store.ts'
import { runProgram } from './run-program.ts'

const mebibyte = 1 << 20
const counts = process.env['CLAIMS_FAULTS'] === 'long' ? [100, 1000] : [100]

describeOnServer('a removal of many', (server) => {
  test.each(counts)(
    'of %i bundles every other one is removed with less than 160 MB more',
    async (count) => {
      const place = server().place()
      const { code, output } = await runProgram(['remove-many.ts', place.uri, String(count)])
      expect(code).toBe(0)
      const found = JSON.parse(output) as Record<string, number>
      expect(found).toMatchObject({ listed: count, removed: count / 2, remains: 0 })
      expect(found['grown']).toBeLessThan(160 * mebibyte)
      expect(await place.objects()).toHaveLength(count)
      process.stdout.write(output)
      place.dispose()
    },
    600_000,
  )
})
