import { testSampling } from '../evaluation/test-sampling.ts'
import { takeRowNumbers } from '../data/take-rows.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import type { EvaluatedRows } from '../evaluation/evaluate-rows.ts'
import type { DataSplit } from '../folds/split-data.ts'

/** Test rows that a bundle keeps. */
const mostKept = 1_000_000

/**
 * What a bundle remembers of its test: each row's place in the data, label and probability, so that two models of the
 * same data can be compared row by row. A row is known by its place alone: equal rows stay apart, models that read
 * other columns still meet, and who lacks the data learns of no person. A keyed hash of the row would tell whoever holds
 * the bundle the outcome of everybody whose features he knows.
 */
export interface TestPredictions {
  /** SHA-256 of the data that the places are of, hexadecimal. */
  readonly dataSha256: string
  /** Rows of the data, rejected ones included. */
  readonly dataRows: number
  /** Rows that the model was tested on. */
  readonly testRows: number
  /** 0-based rows of the data, ascending: every test row, or a sample that is the same rows in every bundle. */
  readonly rows: Uint32Array
  /** 0 or 1, one per row kept. */
  readonly target: Uint8Array
  /** Calibrated, one per row kept. */
  readonly probability: Float64Array
  /** 1 where the row equals, in every feature, a row that the model was fitted on. */
  readonly known: Uint8Array
  /** Rows of one number hang together, negative for one that stands alone; undefined where each does. */
  readonly groups: Int32Array | undefined
  /** One bit per row of the data, lowest first: 1 where the model was fitted on it. */
  readonly fitted: Uint8Array
}

/** A model's test, as training has it. */
export interface Tested {
  readonly data: Pick<TrainingData, 'fileRows' | 'groups' | 'target'> & {
    readonly lineage: Pick<TrainingData['lineage'], 'sha256' | 'rows'>
    readonly blueprint: { readonly split: Pick<TrainingData['blueprint']['split'], 'kind'> }
  }
  readonly split: Pick<DataSplit, 'train' | 'test'>
  readonly evaluated: Pick<EvaluatedRows, 'target' | 'probability'>
  /** 1 where a test row equals, in every feature, a row that was fitted on. */
  readonly testKnown: Uint8Array
}

/** What is kept of a test: all rows, or `keep` of them. */
export function testPredictionsOf(
  { data, split, evaluated, testKnown }: Tested,
  keep: number = mostKept,
): TestPredictions {
  const { groups } = testSampling(data, split.test, data.blueprint.split.kind)
  const fileRows = takeRowNumbers(data.fileRows, split.test)
  const places = keptPlaces(fileRows, keep)
  const fitted = new Uint8Array(Math.ceil(data.lineage.rows / 8))
  for (const row of takeRowNumbers(data.fileRows, split.train))
    fitted[row >> 3] = fitted[row >> 3]! | (1 << (row & 7))
  return {
    dataSha256: data.lineage.sha256,
    dataRows: data.lineage.rows,
    testRows: fileRows.length,
    rows: takeRowNumbers(fileRows, places),
    target: Uint8Array.from(places, (place) => evaluated.target[place]!),
    probability: Float64Array.from(places, (place) => evaluated.probability[place]!),
    known: Uint8Array.from(places, (place) => testKnown[place]!),
    groups: groups && compactGroups(places, groups),
    fitted,
  }
}

/** Places of the rows to keep, in the order of the data. Which rows go depends on their numbers alone. */
function keptPlaces(fileRows: Uint32Array, keep: number): Uint32Array {
  const places = Uint32Array.from(fileRows.keys())
  const kept =
    fileRows.length <= keep
      ? places
      : places
          .toSorted((a, b) => mixed(fileRows[a]!) - mixed(fileRows[b]!) || fileRows[a]! - fileRows[b]!)
          .slice(0, keep)
  return kept.sort((a, b) => fileRows[a]! - fileRows[b]!)
}

/** A number that looks random for each row number (the finaliser of MurmurHash3, a bijection). */
function mixed(row: number): number {
  let x = row
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Groups numbered by their first row among those kept. */
function compactGroups(places: Uint32Array, groups: Int32Array): Int32Array {
  const numbers = new Map<number, number>()
  return Int32Array.from(places, (place) => {
    const group = groups[place]!
    if (group < 0) return -1
    const number = numbers.get(group) ?? numbers.size
    numbers.set(group, number)
    return number
  })
}

/** Whether the model was fitted on a row of the data. */
export function wasFittedOn({ fitted }: Pick<TestPredictions, 'fitted'>, row: number): boolean {
  return ((fitted[row >> 3]! >> (row & 7)) & 1) === 1
}
