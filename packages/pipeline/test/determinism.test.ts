import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { openBundle } from '@claims/registry'
import { train } from '../src/index.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

let folder: Folder
let data: string
beforeAll(async () => {
  folder = await temporaryFolder()
  data = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 600, seed: 5 })
})
afterAll(() => folder.remove())

const clock = (): number => Date.UTC(2026, 0, 2, 3, 4, 5)

async function contentOf(directory: string): Promise<Record<string, string>> {
  const { manifest } = await openBundle(directory)
  const names = ['manifest.json', ...Object.keys(manifest.files)]
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(join(directory, name))).toString('base64')] as const),
    ),
  )
}

describe('the same data, blueprint, seed and clock', () => {
  test.each(['logistic_regression', 'xgboost'])('give the same bytes in every file, %s', async (model) => {
    const make = async (name: string, seed: number): Promise<Record<string, string>> => {
      const out = folder.at(`${model}-${name}`)
      await train({
        data,
        by: { blueprint: claims },
        out,
        seed,
        threads: 1,
        models: [model],
        folds: 3,
        clock,
      })
      return contentOf(out)
    }
    const first = await make('first', 42)
    expect(Object.keys(first)).toEqual(
      expect.arrayContaining([
        'manifest.json',
        'pipeline.json',
        'policy.json',
        'reference-profile.json',
        'evaluation.json',
        'model-card.md',
        'report.html',
        'model/calibrator.json',
      ]),
    )
    expect(await make('second', 42)).toEqual(first)
    const other = await make('third', 43)
    expect(other['evaluation.json']).not.toEqual(first['evaluation.json'])
    expect(other['manifest.json']).not.toEqual(first['manifest.json'])
  })

  test('an inferred blueprint gives the same bytes too', async () => {
    const make = async (name: string): Promise<Record<string, string>> => {
      const out = folder.at(name)
      await train({
        data,
        by: { hints: { label: 'is_high_risk', id: 'claim_id', time: 'claim_date', entity: 'customer_id' } },
        out,
        seed: 42,
        threads: 1,
        folds: 2,
        clock,
      })
      return contentOf(out)
    }
    expect(await make('inferred-2')).toEqual(await make('inferred-1'))
  })
})
