import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeInstalled, startObjectStore, type ObjectStore } from '@claims/mlflow/testing'

const mebibyte = 1 << 20
const sizes = process.env['CLAIMS_FAULTS'] === 'long' ? [40, 200] : [40]

test.each(sizes)(
  'a bundle of %i MB is registered in a directory with less than 64 MB more',
  (size) => registerLarge(size),
  300_000,
)

describeInstalled('a registry whose bundles are in S3', '3.17.0', () => {
  let server: ObjectStore
  beforeAll(async () => {
    server = await startObjectStore()
  }, 120_000)
  afterAll(() => server.stop())

  test.each(sizes)(
    'registers a bundle of %i MB with less than 64 MB more',
    (size) => registerLarge(size, `s3://bucket/memory?endpoint=${server.address}`),
    300_000,
  )
})

async function registerLarge(size: number, ...uri: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'claims-large-bundle-'))
  try {
    const program = join(import.meta.dirname, 'processes/register-large.ts')
    const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
    const words = [...flags, program, directory, String(size * mebibyte), ...uri]
    const { stdout } = await promisify(execFile)(process.execPath, words)
    const { grown, bytes } = JSON.parse(stdout) as { grown: number; bytes: number }
    expect(bytes).toBe(size * mebibyte)
    expect(grown).toBeLessThan(64 * mebibyte)
    process.stdout.write(`${String(size)} MB: ${stdout}\n`)
  } finally {
    await rm(directory, { recursive: true })
  }
}
