import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { expect, test } from '@jest/globals'
import { scanTable } from '@claims/ingestion'
import { temporaryFolder } from './temporary-folder.ts'

const reference = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../../tooling/reference/values/ingestion-parquet-kinds.json'),
    'utf8',
  ),
) as { files: Record<string, { bytes: string }> }

test('a Parquet file compressed with zstd is read where Node can, else refused by what it needs', async () => {
  await using folder = await temporaryFolder()
  const bytes = Buffer.from(reference.files['codec zstd']!.bytes, 'base64')
  const scanned = scanTable(await folder.write('d.parquet', bytes))
  if ('zstdDecompressSync' in zlib) expect((await scanned).rows).toBeGreaterThan(0)
  else
    await expect(scanned).rejects.toMatchObject({
      code: 'unsupported_format',
      problems: [
        {
          problem: expect.stringContaining('ZSTD') as unknown,
          allowed: expect.stringMatching(/gzip.*zstd needs Node 22\.15/) as unknown,
        },
      ],
    })
})
