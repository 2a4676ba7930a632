import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { libraries } from './libraries.ts'

/** `CLAIMS_FUZZ=long` looks at a hundred times as many models, with twenty seeds. */
const long = process.env['CLAIMS_FUZZ'] === 'long'
const CALLS = long ? 10_000 : 2000
const SEEDS = Array.from({ length: long ? 20 : 1 }, (_, index) => index + 1)

test.each(libraries.flatMap(([version, library]) => SEEDS.map((seed) => ({ version, library, seed }))))(
  'changed models end no process, library $version, seed $seed',
  async ({ library, seed }) => {
    const script = new URL('./model-fuzz-process.ts', import.meta.url).pathname
    const directory = await mkdtemp(join(tmpdir(), 'xgboost-models-'))
    const progress = join(directory, 'progress')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@claims/source', script, library.path, String(CALLS), String(seed), progress],
      { maxBuffer: 2 ** 24 },
    ).catch(async (thrown: unknown) => {
      const { signal, code, stderr = '' } = thrown as { signal?: string; code?: number; stderr?: string }
      const last = (await readFile(progress, 'utf8')).split('\n')[0] ?? ''
      throw new Error(`seed ${seed} ended with ${signal ?? code ?? ''} at ${last}: ${stderr.slice(-2000)}`)
    })
    await rm(directory, { recursive: true })
    const { answered, refused, unexpected } = JSON.parse(stdout) as {
      answered: Record<string, number>
      refused: Record<string, number>
      unexpected: string[]
    }
    expect(unexpected).toEqual([])
    // Enough is read for the library to be tried, and enough refused for the checks to be.
    expect(answered['model']).toBeGreaterThan(CALLS / 10)
    expect(answered['asked']).toBeGreaterThan(CALLS / 2)
    expect(refused['invalid_model']).toBeGreaterThan(CALLS / 4)
  },
  long ? 1_200_000 : 180_000,
)
