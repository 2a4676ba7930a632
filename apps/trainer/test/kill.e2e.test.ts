import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { claims, ended, startClaims, temporaryFolder, type Folder } from './claims-command.ts'

const kills = 20

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
  await claims(folder.path, 'generate', '--rows', '400', '--seed', '6', '--out', 'claims.csv')
})
afterAll(() => folder[Symbol.asyncDispose]())

const training = (seed: number): string[] => [
  'train',
  '--blueprint',
  'claims',
  '--data',
  'claims.csv',
  '--models',
  'logistic_regression',
  '--folds',
  '2',
  '--seed',
  String(seed),
  '--out',
  'bundle',
]

/** Opens the bundle, which checks the hash of its every file, and makes it score. */
async function seedOfWholeBundle(): Promise<number> {
  const bundle = await openBundle(folder.at('bundle'))
  const { manifest } = bundle
  const scorer = await loadScorer(bundle, { threads: 1 })
  scorer.dispose()
  const evaluation = JSON.parse(await readFile(join(folder.at('bundle'), 'evaluation.json'), 'utf8')) as {
    seed: number
  }
  expect(evaluation.seed).toBe(manifest.seed)
  return manifest.seed
}

describe('kill -9', () => {
  test(`of train at ${String(kills)} moments leaves the old bundle or the new one, whole`, async () => {
    // How long a run takes, and when it begins to write: progress is on standard error.
    const before = Date.now()
    const first = startClaims(folder.path, training(0))
    let writing = 0
    first.stderr?.on('data', (text: Buffer) => {
      if (writing === 0 && text.toString().includes('out-of-time test')) writing = Date.now() - before
    })
    expect((await ended(first)).code).toBe(0)
    const whole = Date.now() - before
    expect(writing).toBeGreaterThan(0)

    let standing = await seedOfWholeBundle()
    const outcomes = { killed: 0, old: 0, replaced: 0 }
    for (let k = 1; k <= kills; k++) {
      // Half of the kills fall anywhere in the run, half between the last stage and a little after the end.
      const late = k % 2 === 0
      const share = ((k * 7) % kills) / kills
      const child = startClaims(folder.path, training(k))
      const end = ended(child)
      if (late) {
        await new Promise<void>((begun) => {
          child.stderr?.on('data', (text: Buffer) => {
            if (text.toString().includes('out-of-time test')) begun()
          })
          child.once('close', () => {
            begun()
          })
        })
        await new Promise((done) => setTimeout(done, share * 1.1 * (whole - writing)))
      } else await new Promise((done) => setTimeout(done, share * whole))
      child.kill('SIGKILL')
      const { signal, code } = await end
      const seed = await seedOfWholeBundle()
      expect([standing, k]).toContain(seed)
      if (signal === 'SIGKILL') outcomes.killed++
      else expect(code).toBe(0)
      if (seed === k) outcomes.replaced++
      else outcomes.old++
      standing = seed
    }
    expect(outcomes.killed).toBeGreaterThanOrEqual(kills / 2)
    expect(outcomes.old).toBeGreaterThan(0)

    const last = await claims(folder.path, ...training(99))
    expect(last.code).toBe(0)
    expect(await seedOfWholeBundle()).toBe(99)
    expect((await folder.names()).filter((name) => name.startsWith('.') || name.endsWith('.tmp'))).toEqual([])
  }, 300_000)
})
