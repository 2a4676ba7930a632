import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { libraries } from './libraries.ts'

const CALLS = 20_000

test.each(libraries)(
  '20,000 calls with random sizes, types and damaged models end no process, library %s',
  async (_version, library) => {
    const script = new URL('./fuzz-process.ts', import.meta.url).pathname
    const seed = '1'
    const directory = await mkdtemp(join(tmpdir(), 'xgboost-fuzz-'))
    const progress = join(directory, 'progress')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@claims/source', script, library.path, String(CALLS), seed, progress],
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
      unexpected: string
    }
    expect(unexpected).toBe('')
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0)
    expect(sum(answered) + sum(refused)).toBe(CALLS)
    expect(answered['ask']).toBeGreaterThan(1000)
    expect(answered['train']).toBeGreaterThan(200)
    expect(refused['invalid_model']).toBeGreaterThan(1000)
  },
  240_000,
)
