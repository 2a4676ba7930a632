import { claims } from '@claims/blueprints'
import type { Blueprint } from '@claims/contracts'
import { classifierDefinitions, type ClassifierDefinition } from '@claims/models'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { evaluateOutOfTime, type OutOfTimeInput } from '../src/evaluation/out-of-time.ts'
import { prepareTrainingData, readChecked, type TrainingData } from '../src/data/read-training-data.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

let folder: Folder
let data: TrainingData
beforeAll(async () => {
  folder = await temporaryFolder()
  const path = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 900, seed: 3 })
  data = prepareTrainingData(
    await readChecked(path, { blueprint: claims }, { now: new Date('2026-06-01'), purpose: 'training' }),
  )
})
afterAll(() => folder.remove())

const [logistic] = classifierDefinitions({})

/** The real classifier with an ear on what it is fitted on, and what it predicts. */
function watched(
  definition: ClassifierDefinition,
  on: {
    fit?: (rows: number, rounds: number | undefined) => void
    predict?: (rows: number) => void
    dispose?: () => void
  },
): ClassifierDefinition {
  return {
    ...definition,
    create: (parameters) => {
      const classifier = definition.create(parameters)
      return {
        ...classifier,
        fit: async (x, y, options) => {
          on.fit?.(x.rows, options.rounds)
          const model = await classifier.fit(x, y, options)
          const predictProba = model.predictProba.bind(model)
          const dispose = model.dispose.bind(model)
          return Object.assign(model, {
            predictProba: (matrix: typeof x) => {
              on.predict?.(matrix.rows)
              return predictProba(matrix)
            },
            dispose: () => {
              on.dispose?.()
              dispose()
            },
          })
        },
      }
    },
  }
}

function inputOf(definition: ClassifierDefinition, blueprint: Blueprint = claims): OutOfTimeInput {
  const candidate = claims.candidates[0]!
  const outOfFold = new Float64Array(data.frame.rows).fill(0.99)
  const evaluation = {
    name: candidate.name,
    kind: candidate.kind,
    parameters: candidate.parameters,
    cross_validation: { folds: 0, intervals: { method: '', level: 0.95 }, metrics: {} },
    fit_seconds: 0,
  }
  const selected = {
    candidate,
    definition,
    classifier: definition.create(candidate.parameters),
    outOfFold,
    roundsOf: (rows: number) => rows + 1,
    evaluation,
  }
  return {
    blueprint,
    selected,
    threshold: 0.1,
    seed: 42,
    threads: 1,
  }
}

test('the calibrator of the out-of-time test is fitted on models of earlier rows, not on what training predicted', async () => {
  const fittedOn: number[] = []
  const { evaluation } = await evaluateOutOfTime(
    data,
    inputOf(watched(logistic!, { fit: (rows) => fittedOn.push(rows) })),
  )
  const earlier = data.frame.rows - (evaluation?.rows ?? 0)
  expect(fittedOn).toHaveLength(4)
  expect(fittedOn.at(-1)).toBe(earlier)
  expect(Math.max(...fittedOn)).toBe(earlier)
  // Training's out-of-fold predictions of .99 would give one probability to every row.
  expect(evaluation?.metrics.roc_auc.value).toBeGreaterThan(0.8)
  expect(evaluation?.metrics.expected_calibration_error.value).toBeLessThan(0.1)
  expect(evaluation?.note).toMatch(/calibrated anew on the rows before the cutoff alone/)
})

test('each of its models gets the rounds that its rows carry', async () => {
  const fits: (readonly [rows: number, rounds: number | undefined])[] = []
  await evaluateOutOfTime(data, inputOf(watched(logistic!, { fit: (...fit) => fits.push(fit) })))
  expect(new Set(fits.map(([rows]) => rows)).size).toBeGreaterThan(1)
  for (const [rows, rounds] of fits) expect(rounds).toBe(rows + 1)
})

test('a model is freed when its prediction fails', async () => {
  let fitted = 0
  let freed = 0
  const failing = watched(logistic!, {
    fit: () => fitted++,
    predict: () => {
      throw new RangeError('no more memory')
    },
    dispose: () => freed++,
  })
  const uncalibrated: Blueprint = { ...claims, calibration: 'none' }
  await expect(evaluateOutOfTime(data, inputOf(failing, uncalibrated))).rejects.toThrow('no more memory')
  expect([fitted, freed]).toEqual([1, 1])
})
