import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { evaluationSchema, manifestSchema, testPredictionsLayout, type Evaluation } from '@claims/contracts'
import { evaluateProbabilities } from '@claims/evaluation'
import { openBundle } from '@claims/registry'
import { train, type TrainResult } from '../src/index.ts'
import {
  decodeTestPredictions,
  encodeTestPredictions,
  readTestPredictions,
} from '../src/bundle/test-predictions-file.ts'
import { testPredictionsOf, wasFittedOn, type TestPredictions } from '../src/bundle/test-predictions.ts'
import { temporaryFolder, writeGeneratedClaims, type Folder } from './small-data.ts'

let folder: Folder
let trained: TrainResult
const damaged = expect.objectContaining({ code: 'damaged_bundle' })
const { offsets, headerBytes } = testPredictionsLayout

const small: TestPredictions = {
  dataSha256: 'ab'.repeat(32),
  dataRows: 11,
  testRows: 4,
  rows: Uint32Array.of(1, 3, 9),
  target: Uint8Array.of(0, 1, 1),
  probability: Float64Array.of(0, 0.25, 1),
  known: Uint8Array.of(1, 0, 1),
  groups: Int32Array.of(0, -1, 0),
  fitted: Uint8Array.of(0b0000_0101, 0b0000_0001),
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const data = await writeGeneratedClaims(folder.at('claims.csv'), { rows: 900, seed: 5 })
  trained = await train({
    data,
    by: { blueprint: claims },
    out: folder.at('bundle'),
    models: ['logistic_regression'],
    seed: 1,
    threads: 1,
  })
})
afterAll(() => folder.remove())

describe('the test predictions of a bundle', () => {
  test('are the test rows by their place in the data, with what the test measured', async () => {
    const bundle = await openBundle(trained.directory)
    const kept = await readTestPredictions(bundle)
    if (kept === null) throw new Error('a training writes them')
    const evaluation: Evaluation = evaluationSchema.parse(await bundle.readJson('evaluation.json'))
    expect([...kept.rows]).toEqual([...trained.testRows].sort((a, b) => a - b))
    expect(kept).toMatchObject({ dataSha256: bundle.manifest.data.sha256, dataRows: 900 })
    expect(kept.testRows).toBe(evaluation.test.rows)
    const again = evaluateProbabilities({ ...kept, threshold: evaluation.threshold.value, seed: 1 })
    for (const name of ['average_precision', 'brier', 'recall'] as const)
      expect(again.metrics[name].value).toBeCloseTo(evaluation.test.metrics[name].value, 12)
    expect(again.confusion).toEqual(evaluation.test.confusion)
    const fitted = Array.from({ length: 900 }, (_, row) => row).filter((row) => wasFittedOn(kept, row))
    expect(fitted).toHaveLength(evaluation.split.train_rows)
    expect(fitted.filter((row) => kept.rows.includes(row))).toEqual([])
  })

  test('survive the file, with groups and without', () => {
    expect(decodeTestPredictions(encodeTestPredictions(small))).toEqual(small)
    const alone = { ...small, groups: undefined }
    expect(decodeTestPredictions(encodeTestPredictions(alone))).toEqual(alone)
    const none = {
      ...{ rows: new Uint32Array(0), target: new Uint8Array(0), probability: new Float64Array(0) },
      ...{ known: new Uint8Array(0), groups: undefined },
    }
    expect(decodeTestPredictions(encodeTestPredictions({ ...small, ...none }))).toEqual({ ...small, ...none })
  })

  test('are read as format 1 was written', () => {
    const frozen = `434c41494d5354500100000000000000${'ab'.repeat(32)}0b0000000000000004000000000000000300000000000000\
0100000000000000010000000300000009000000\
0000000000000000000000000000d03f000000000000f03f\
02010300000000ffffffff000000000501`
    expect(Buffer.from(encodeTestPredictions(small)).toString('hex')).toBe(frozen)
    expect(decodeTestPredictions(Buffer.from(frozen, 'hex'))).toEqual(small)
  })

  test('a file that is cut, longer, or says what cannot be is damaged; a newer one is newer', () => {
    const bytes = encodeTestPredictions(small)
    for (const broken of [bytes.subarray(0, -1), bytes.subarray(0, 40), new Uint8Array(200)])
      expect(() => decodeTestPredictions(broken)).toThrow(damaged)
    expect(() => decodeTestPredictions(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(damaged)
    const changed = (change: (bytes: Buffer) => void): Buffer => {
      const copy = Buffer.from(bytes)
      change(copy)
      return copy
    }
    const faults = [
      changed((copy) => copy.writeUInt32LE(0, headerBytes + 4)),
      changed((copy) => copy.writeUInt32LE(11, headerBytes + 8)),
      changed((copy) => copy.writeUInt32LE(2, headerBytes + 4)),
      changed((copy) => copy.writeDoubleLE(NaN, headerBytes + 12)),
      changed((copy) => copy.writeDoubleLE(1.5, headerBytes + 12)),
      changed((copy) => copy.writeUInt8(4, headerBytes + 36)),
      changed((copy) => copy.writeUInt32LE(2, offsets.grouped)),
      changed((copy) => copy.writeBigUInt64LE(2n, offsets.test_rows)),
      changed((copy) => copy.writeBigUInt64LE(2n ** 60n, offsets.stored)),
      changed((copy) => copy.writeBigUInt64LE(2n ** 60n, offsets.data_rows)),
    ]
    for (const fault of faults) expect(() => decodeTestPredictions(fault)).toThrow(damaged)
    expect(() => decodeTestPredictions(changed((copy) => copy.writeUInt32LE(2, 8)))).toThrow(
      expect.objectContaining({ code: 'unsupported_format_version' }),
    )
  })

  test('of other data than the manifest says are damaged', async () => {
    const path = folder.at('bundle/manifest.json')
    const content = await readFile(path, 'utf8')
    const manifest = manifestSchema.parse(JSON.parse(content))
    const sha256 = createHash('sha256').update('other').digest('hex')
    try {
      await writeFile(path, JSON.stringify({ ...manifest, data: { ...manifest.data, sha256 } }))
      await expect(readTestPredictions(await openBundle(trained.directory))).rejects.toThrow(damaged)
    } finally {
      await writeFile(path, content)
    }
  })
})

test('of more test rows than are kept, two bundles keep the same ones', () => {
  const kept = (numbers: readonly number[], keep: number): TestPredictions => {
    const count = numbers.length
    const data = {
      ...{ lineage: { sha256: small.dataSha256, rows: 5000 }, fileRows: Uint32Array.from(numbers) },
      ...{ blueprint: claims, target: new Uint8Array(count), groups: undefined },
    }
    const test = Uint32Array.from(numbers.keys())
    const evaluated = {
      target: new Uint8Array(count),
      probability: Float64Array.from(numbers, (n) => n / 5000),
    }
    const split = { train: new Uint32Array(0), test }
    return testPredictionsOf({ data, split, evaluated, testKnown: new Uint8Array(count) }, keep)
  }
  const first = kept(
    Array.from({ length: 4000 }, (_, i) => i),
    1000,
  )
  const second = kept(
    Array.from({ length: 4000 }, (_, i) => 4999 - i),
    1000,
  )
  expect(first.rows).toHaveLength(1000)
  expect(first.testRows).toBe(4000)
  expect([...second.probability]).toEqual(Array.from(second.rows, (row) => row / 5000))
  const inBoth = first.rows.filter((row) => second.rows.includes(row))
  // Of 3,000 rows that both were tested on, a fifth to a quarter is kept by each, and mostly the same ones.
  expect(inBoth.length).toBeGreaterThan(700)
  expect(encodeTestPredictions(first)).toHaveLength(headerBytes + 13 * 1000 + 625)
})
