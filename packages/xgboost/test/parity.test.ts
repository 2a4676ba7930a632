import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { Booster, DMatrix, train } from '@claims/xgboost'
import type { FeatureType, XGBoostLibrary } from '@claims/xgboost'
import { libraries } from './libraries.ts'
import {
  COLUMNS,
  compressRows,
  decodeFloats,
  generate,
  NAMES,
  reference,
  ROWS,
  targets,
  TRAIN,
} from './parity-data.ts'
import type { ParityCase, ParityResult } from './parity-data.ts'

const x = generate()
const labels = targets(x)
const CATEGORICAL: readonly FeatureType[] = ['float', 'float', 'float', 'float', 'float', 'c']
const train500 = x.subarray(0, TRAIN * COLUMNS)
const held = x.subarray(TRAIN * COLUMNS)
const forEachRow = (value: (row: number) => number): Float32Array =>
  Float32Array.from({ length: TRAIN }, (_, row) => value(row))

/** The matrix that the Python script makes of the same rows. */
function matrixOf(
  { layout }: ParityCase,
  rows: Float32Array,
  options: object & { library: XGBoostLibrary },
): DMatrix {
  const shape = { rows: rows.length / COLUMNS, columns: COLUMNS, featureNames: NAMES, nthread: 1, ...options }
  if (layout === 'csr') return DMatrix.fromCsr(compressRows(rows), shape)
  return DMatrix.fromDense(rows, { ...shape, ...(layout === 'categorical' && { featureTypes: CATEGORICAL }) })
}

const trainingMatrix = (one: ParityCase, library: XGBoostLibrary): DMatrix =>
  matrixOf(one, train500, {
    library,
    ...(one.target === 'bounds'
      ? { labelLowerBound: labels.lower, labelUpperBound: labels.upper }
      : { label: labels[one.target] }),
    ...(one.target === 'grade' && { qid: Uint32Array.from(forEachRow((row) => Math.floor(row / 10))) }),
    ...(one.weighted && { weight: forEachRow((row) => (row % 3 === 0 ? 2 : 0.5)) }),
    ...(one.baseMargin && { baseMargin: forEachRow((row) => Math.fround((x[row * COLUMNS] ?? 0) - 0.5)) }),
  })

const expectedOf = (version: string, name: string): ParityResult => {
  const found = reference.versions[version]?.[name]
  if (!found) throw new Error(`tooling/reference/xgboost-parity.py was not run with ${version} for ${name}`)
  return found
}

describe.each(libraries)('what Python trains, library %s', (version, library) => {
  test.each(Object.entries(reference.cases))(
    '%s: the same model and predictions, bit for bit',
    async (name, one) => {
      const expected = expectedOf(version, name)
      using data = trainingMatrix(one, library)
      const { booster } = await train({ params: one.params, data, rounds: one.rounds })
      using trained = booster
      expect(createHash('sha256').update(trained.saveBuffer('json')).digest('hex')).toBe(expected.model)

      using rows = matrixOf(one, held, { library })
      const margins = trained.predict(rows, { outputMargin: true })
      expect(trained.predict(rows)).toEqual(decodeFloats(expected.predictions))
      expect(margins).toEqual(decodeFloats(expected.margins))

      const contributions = trained.predictContributions(rows)
      const first = decodeFloats(expected.contributions)
      expect(contributions.subarray(0, first.length)).toEqual(first)
      for (const [index, margin] of margins.entries()) {
        const parts = contributions.subarray(index * (COLUMNS + 1), (index + 1) * (COLUMNS + 1))
        expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - margin)).toBeLessThan(1e-4)
      }
      if (expected.leaves !== null) {
        const leaves = decodeFloats(expected.leaves)
        expect(Float32Array.from(trained.predictLeaf(rows)).subarray(0, leaves.length)).toEqual(leaves)
      }
      // Linear models are not predicted in place; dart adds its trees in another order there.
      if (one.params.booster === 'gblinear') return
      const inPlace =
        one.layout === 'csr'
          ? trained.predict(compressRows(held))
          : trained.predict(held, { rows: ROWS - TRAIN, columns: COLUMNS })
      const predictions = decodeFloats(expected.predictions)
      if (one.params.booster !== 'dart') expect(inPlace).toEqual(predictions)
      else
        for (const [index, value] of inPlace.entries())
          expect(Math.abs(value - (predictions[index] ?? Number.NaN))).toBeLessThan(1e-6)

      using read = Booster.fromBuffer(trained.saveBuffer('ubj'), { library, params: { nthread: 1 } })
      expect(read.predict(rows)).toEqual(predictions)
    },
  )
})
