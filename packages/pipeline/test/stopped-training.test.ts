import { readFile, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import type { Blueprint } from '@claims/contracts'
import { classifierDefinitions, type FittedClassifier, type ModelCatalog } from '@claims/models'
import { train, type TrainOptions } from '../src/index.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

/** Two rows that the validator rejects, below 1,500 good ones. */
const rejected = ['bad-1', 'bad-2']
const blueprint: Blueprint = {
  ...claims,
  candidates: claims.candidates.filter(({ kind }) => kind === 'logistic_regression'),
}

let folder: Folder
let data: string
beforeEach(async () => {
  folder = await temporaryFolder()
  data = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 1500, seed: 5 })
  await rm(`${data}.probability.csv`)
  const text = await readFile(data, 'utf8')
  const [header = '', good = ''] = text.split('\n')
  const names = header.split(',')
  const cells = good.split(',')
  const rows = rejected.map((id) =>
    cells
      .map((cell, i) => (names[i] === 'claim_id' ? id : names[i] === 'claim_amount' ? '-5' : cell))
      .join(','),
  )
  await writeFile(data, `${text.trimEnd()}\n${rows.join('\n')}\n`)
})
afterEach(() => folder.remove())

function options(further: Partial<TrainOptions> = {}): TrainOptions {
  return { data, by: { blueprint }, out: folder.at('bundle'), seed: 42, threads: 1, folds: 3, ...further }
}

/** What a stopped training leaves: the data, the file of rejected rows, and no bundle or part of one. */
async function requireOnlyRejected(): Promise<void> {
  expect(await folder.names()).toEqual(['bundle.rejected.jsonl', 'claims.csv'])
  const lines = (await readFile(folder.at('bundle.rejected.jsonl'), 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(2)
  for (const [i, id] of rejected.entries()) expect(lines[i]).toContain(id)
}

/** Where a model of the catalog breaks. */
interface Fault {
  readonly where: 'fit' | 'predictProba' | 'contributions' | 'save'
  /** Which call of that kind, from 1. */
  readonly call: number
}

/** The real catalog whose models count themselves, and break at a place. */
function faulty(fault: Fault): { catalog: ModelCatalog; alive: () => number; made: () => number } {
  const calls = { fit: 0, predictProba: 0, contributions: 0, save: 0 }
  let alive = 0
  let made = 0
  const reach = (where: Fault['where']): void => {
    calls[where]++
    if (where === fault.where && calls[where] === fault.call) throw new Error(`${where} broke`)
  }
  const counted = (model: FittedClassifier): FittedClassifier =>
    new Proxy(model, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          if (key === 'dispose') alive--
          if (key === 'predictProba' || key === 'contributions' || key === 'save') reach(key)
          return Reflect.apply(value, target, args)
        }
      },
    })
  const catalog = classifierDefinitions().map((definition) => ({
    ...definition,
    create: (parameters: unknown) => {
      const classifier = definition.create(parameters)
      return {
        kind: classifier.kind,
        capabilities: classifier.capabilities,
        usesValidation: classifier.usesValidation,
        fit: async (...args: Parameters<typeof classifier.fit>) => {
          reach('fit')
          const model = await classifier.fit(...args)
          alive++
          made++
          return counted(model)
        },
      }
    },
  }))
  return { catalog, alive: () => alive, made: () => made }
}

test.each<[string, Fault, number]>([
  ['the fit of the second fold', { where: 'fit', call: 2 }, 1],
  ['the prediction of the second fold', { where: 'predictProba', call: 2 }, 2],
  ['the final fit', { where: 'fit', call: 4 }, 3],
  ['the test', { where: 'predictProba', call: 4 }, 4],
  ['the explanations', { where: 'contributions', call: 1 }, 4],
  ['the writing of the model', { where: 'save', call: 1 }, 5],
])(
  'a training that breaks in %s leaves its rejected rows, no part of a bundle, and no model in memory',
  async (_, fault, made) => {
    const broken = faulty(fault)
    await expect(train(options({ catalog: broken.catalog }))).rejects.toThrow(`${fault.where} broke`)
    await requireOnlyRejected()
    expect(broken.alive()).toBe(0)
    expect(broken.made()).toBeGreaterThanOrEqual(made)
  },
)

test.each<[string, Partial<TrainOptions>, string]>([
  [
    'the quality gate',
    { by: { blueprint: { ...blueprint, quality: { ...blueprint.quality, minimum_score: 1 } } } },
    'quality_gate_failed',
  ],
  ['the split', { folds: 1000 }, 'too_few_positives'],
])('a training that %s stops leaves its rejected rows and no part of a bundle', async (_, further, code) => {
  await expect(train(options(further))).rejects.toMatchObject({ code })
  await requireOnlyRejected()
})

test.each(['validate', 'leakage', 'split', 'cross_validation', 'fit', 'evaluate', 'write'])(
  'a training that is aborted in the stage %s leaves no part of a bundle and no model in memory',
  async (stage) => {
    const controller = new AbortController()
    const counting = faulty({ where: 'fit', call: Infinity })
    const told: string[] = []
    await expect(
      train(
        options({
          catalog: counting.catalog,
          signal: controller.signal,
          onProgress: (event) => {
            if (event.kind === 'stage_finished' && event.stage === before(stage)) controller.abort()
            if (event.kind === 'warning') told.push(event.message)
          },
        }),
      ),
    ).rejects.toMatchObject({ code: 'aborted' })
    if (stage === 'validate') expect(await folder.names()).toEqual(['claims.csv'])
    else await requireOnlyRejected()
    expect(told).toHaveLength(stage === 'validate' ? 0 : 1)
    expect(counting.alive()).toBe(0)
  },
)

/** The stage that ends before another begins. */
function before(stage: string): string {
  const order = [
    'read',
    'validate',
    'leakage',
    'split',
    'cross_validation',
    'select',
    'fit',
    'evaluate',
    'out_of_time',
    'write',
  ]
  return order[order.indexOf(stage) - 1] ?? ''
}

test('a training that ends well writes its rejected rows and frees every model', async () => {
  const counting = faulty({ where: 'fit', call: Infinity })
  const { quarantine } = await train(options({ catalog: counting.catalog }))
  expect(quarantine).toBe(folder.at('bundle.rejected.jsonl'))
  expect(counting.made()).toBeGreaterThanOrEqual(4)
  expect(counting.alive()).toBe(0)
})
