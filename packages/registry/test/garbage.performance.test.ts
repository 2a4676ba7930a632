import { expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const mebibyte = 1 << 20
const counts = process.env['CLAIMS_FAULTS'] === 'long' ? [500, 10_000] : [500]

test.each(counts)(
  'garbage of a directory of %i bundles is collected with less than 160 MB more',
  async (count) => {
    const directory = await mkdtemp(join(tmpdir(), 'claims-garbage-'))
    try {
      const program = join(import.meta.dirname, 'processes/collect-many.ts')
      const flags = ['--expose-gc', '--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
      const words = [...flags, program, directory, String(count)]
      const { stdout } = await promisify(execFile)(process.execPath, words)
      const found = JSON.parse(stdout) as Record<string, number>
      expect(found).toMatchObject({ bundles: count, would: count / 2, removed: count / 2 })
      expect(found['grown']).toBeLessThan(160 * mebibyte)
      process.stdout.write(stdout)
    } finally {
      await rm(directory, { recursive: true })
    }
  },
  600_000,
)
