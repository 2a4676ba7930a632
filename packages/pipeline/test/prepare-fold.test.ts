import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { createRandom } from '@claims/frame'
import { classifierDefinitions, findDefinition } from '@claims/models'
import { fitSteps } from '@claims/preprocessing'
import { stepDefinitions, transformFeatures } from '@claims/scoring'
import { fitBlueprintSteps, fitFeatures } from '../src/blueprint/fit-features.ts'
import { prepareFold } from '../src/folds/prepare-fold.ts'
import { prepareTrainingData, readChecked, type TrainingData } from '../src/data/read-training-data.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

const how = { blueprint: claims, seed: 7, purpose: 'fold-0' }
const capabilitiesOf = (kind: string): ReturnType<typeof definitionOf>['capabilities'] =>
  definitionOf(kind).capabilities

let folder: Folder
let data: TrainingData
let rows: Uint32Array
beforeAll(async () => {
  folder = await temporaryFolder()
  const path = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 1200, seed: 3 })
  data = prepareTrainingData(
    await readChecked(
      path,
      { blueprint: claims },
      { now: new Date(Date.UTC(2030, 0, 1)), purpose: 'training' },
    ),
  )
  rows = Uint32Array.from({ length: 900 }, (_, i) => i)
})
afterAll(() => folder.remove())

function definitionOf(kind: string): NonNullable<ReturnType<typeof findDefinition>> {
  const definition = findDefinition(classifierDefinitions(), kind)
  if (definition === undefined) throw new TypeError(kind)
  return definition
}

test('models of one need share a matrix, others only the steps of the blueprint', () => {
  const fold = prepareFold(data, rows, how)
  const trees = fold.matrixFor(capabilitiesOf('xgboost'), false)
  expect(fold.matrixFor(capabilitiesOf('xgboost'), false)).toBe(trees)
  const logistic = fold.matrixFor(capabilitiesOf('logistic_regression'), false)
  expect(logistic).not.toBe(trees)
  const shared = claims.steps.length
  expect(logistic.features.steps.steps.slice(0, shared)).toEqual(trees.features.steps.steps.slice(0, shared))
  for (let i = 0; i < shared; i++)
    expect(logistic.features.steps.steps[i]).toBe(trees.features.steps.steps[i])
})

test('what is shared has the same bits as steps that are fitted for one model alone', () => {
  const { fitted } = fitFeatures(
    claims,
    capabilitiesOf('logistic_regression'),
    fitBlueprintSteps(claims, trainingOf('steps')),
  )
  const fold = prepareFold(data, rows, how)
  fold.matrixFor(capabilitiesOf('xgboost'), false)
  const logistic = fold.matrixFor(capabilitiesOf('logistic_regression'), false)
  const asked = Uint32Array.from({ length: 300 }, (_, i) => 900 + i)
  expect(logistic.matrixOf(asked)).toEqual(transformFeatures(fitted, data.inputs.take(asked)))
  expect(logistic.matrixOf(asked)).toBe(logistic.matrixOf(asked))
})

test('steps that go on after others have the places and streams of one list', () => {
  const training = trainingOf('steps')
  const context = {
    roles: new Map(claims.columns.map(({ name, role }) => [name, role])),
    random: training.random,
    groups: training.groups,
  }
  const whole = fitSteps(stepDefinitions, claims.steps, { ...training, context })
  const begun = fitSteps(stepDefinitions, claims.steps.slice(0, 4), { ...training, context })
  const gone = fitSteps(stepDefinitions, claims.steps.slice(4), {
    frame: begun.frame,
    target: training.target,
    context,
    after: begun.fitted,
  })
  expect(gone.fitted.toState()).toEqual(whole.fitted.toState())
  expect([...gone.frame.entries()]).toEqual([...whole.frame.entries()])
})

test('rows that early stopping watches are in no matrix that is learnt from', () => {
  const fold = prepareFold(data, rows, how)
  const watching = fold.matrixFor(capabilitiesOf('xgboost'), true)
  expect(watching.validation?.x.rows).toBeGreaterThan(90)
  expect((watching.validation?.x.rows ?? 0) + watching.x.rows).toBe(rows.length)
  expect(fold.matrixFor(capabilitiesOf('xgboost'), false).x.rows).toBe(rows.length)
})

function trainingOf(stream: string): Parameters<typeof fitBlueprintSteps>[1] & { groups: Int32Array } {
  return {
    frame: data.inputs.take(rows),
    target: data.target.slice(0, rows.length),
    groups: (data.groups ?? new Int32Array(data.target.length)).slice(0, rows.length),
    random: createRandom(how.seed).split(how.purpose).split(stream),
  }
}
