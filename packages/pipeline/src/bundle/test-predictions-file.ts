import {
  ClaimsError,
  fieldProblems,
  testPredictionsHeaderSchema,
  testPredictionsLayout,
  type BundleFiles,
} from '@claims/contracts'
import { wasFittedOn, type TestPredictions } from './test-predictions.ts'

/** Name of the file in a bundle. */
export const testPredictionsFile = 'test-predictions.bin'

const { magic, formatVersion: version, headerBytes, shaBytes, offsets, marks } = testPredictionsLayout

/** The bytes of `test-predictions.bin`; `testPredictionsLayout` of contracts says what stands where. */
export function encodeTestPredictions(of: TestPredictions): Uint8Array {
  const stored = of.rows.length
  const header = testPredictionsHeaderSchema.parse({
    ...{ format_version: version, data_sha256: of.dataSha256, data_rows: of.dataRows },
    ...{ test_rows: of.testRows, stored, grouped: of.groups === undefined ? 0 : 1 },
  })
  const bytes = Buffer.alloc(lengthOf(header))
  bytes.write(magic, offsets.magic, 'latin1')
  bytes.writeUInt32LE(header.format_version, offsets.format_version)
  bytes.write(header.data_sha256, offsets.data_sha256, 'hex')
  bytes.writeBigUInt64LE(BigInt(header.data_rows), offsets.data_rows)
  bytes.writeBigUInt64LE(BigInt(header.test_rows), offsets.test_rows)
  bytes.writeBigUInt64LE(BigInt(stored), offsets.stored)
  bytes.writeUInt32LE(header.grouped, offsets.grouped)
  let at: number = headerBytes
  for (const row of of.rows) at = bytes.writeUInt32LE(row, at)
  for (const probability of of.probability) at = bytes.writeDoubleLE(probability, at)
  of.target.forEach((label, i) => {
    at = bytes.writeUInt8(label * marks.positive + of.known[i]! * marks.known, at)
  })
  for (const group of of.groups ?? []) at = bytes.writeInt32LE(group, at)
  bytes.set(of.fitted, at)
  return bytes
}

/**
 * What the bytes of `test-predictions.bin` hold.
 *
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`
 */
export function decodeTestPredictions(content: Uint8Array): TestPredictions {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const isOurs = bytes.length >= headerBytes && bytes.toString('latin1', 0, magic.length) === magic
  if (!isOurs) throw damaged('is no such file')
  const found = bytes.readUInt32LE(offsets.format_version)
  if (found > version) throw newer(found)
  const read = testPredictionsHeaderSchema.safeParse({
    format_version: found,
    data_sha256: bytes.toString('hex', offsets.data_sha256, offsets.data_sha256 + shaBytes),
    data_rows: Number(bytes.readBigUInt64LE(offsets.data_rows)),
    test_rows: Number(bytes.readBigUInt64LE(offsets.test_rows)),
    stored: Number(bytes.readBigUInt64LE(offsets.stored)),
    grouped: bytes.readUInt32LE(offsets.grouped),
  })
  if (!read.success) {
    const [first] = fieldProblems(read.error)
    throw damaged(`has a header that is not valid: ${first?.field ?? ''} ${first?.problem ?? ''}`)
  }
  if (bytes.length !== lengthOf(read.data)) throw damaged('has another length than it says')
  const { stored, grouped } = read.data
  let at: number = headerBytes
  const next = (width: number): number => (at += width) - width
  const mark = Uint8Array.from({ length: stored }, (_, i) => bytes[headerBytes + 12 * stored + i]!)
  const predictions: TestPredictions = {
    dataSha256: read.data.data_sha256,
    dataRows: read.data.data_rows,
    testRows: read.data.test_rows,
    rows: Uint32Array.from({ length: stored }, () => bytes.readUInt32LE(next(4))),
    probability: Float64Array.from({ length: stored }, () => bytes.readDoubleLE(next(8))),
    target: mark.map((each) => ((each & marks.positive) === 0 ? 0 : 1)),
    known: mark.map((each) => ((each & marks.known) === 0 ? 0 : 1)),
    groups:
      grouped === 0
        ? undefined
        : Int32Array.from({ length: stored }, (_, i) => bytes.readInt32LE(headerBytes + 13 * stored + 4 * i)),
    fitted: Uint8Array.from(bytes.subarray(headerBytes + (13 + 4 * grouped) * stored)),
  }
  requireSound(predictions, mark)
  return predictions
}

/**
 * What a bundle remembers of its test.
 *
 * @param bundle whose files are checked as they are read
 * @returns null for a bundle that was written before bundles remembered it
 * @throws ClaimsError `damaged_bundle`, also where it is of other data than the manifest says; `unsupported_format_version`
 */
export async function readTestPredictions(bundle: BundleFiles): Promise<TestPredictions | null> {
  if (!Object.hasOwn(bundle.manifest.files, testPredictionsFile)) return null
  const predictions = decodeTestPredictions(await bundle.read(testPredictionsFile))
  const { data } = bundle.manifest
  if (predictions.dataSha256 !== data.sha256 || predictions.dataRows !== data.rows)
    throw damaged('is of other data than manifest.json')
  return predictions
}

function lengthOf(header: { stored: number; grouped: number; data_rows: number }): number {
  return headerBytes + (13 + 4 * header.grouped) * header.stored + Math.ceil(header.data_rows / 8)
}

function requireSound(predictions: TestPredictions, mark: Uint8Array): void {
  const { rows, probability, dataRows } = predictions
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const p = probability[i]!
    if (row >= dataRows || (i > 0 && row <= rows[i - 1]!)) throw damaged('has rows that do not ascend')
    if (!(p >= 0 && p <= 1)) throw damaged(`has a probability of ${String(p)}`)
    if (mark[i]! > (marks.positive | marks.known)) throw damaged(`has a mark of ${String(mark[i])}`)
    if (wasFittedOn(predictions, row)) throw damaged('has a test row that was fitted on')
  }
}

function damaged(problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${testPredictionsFile} of the bundle ${problem}`, {
    problems: [{ field: testPredictionsFile, problem, allowed: 'the file as training wrote it' }],
  })
}

function newer(found: number): ClaimsError {
  return new ClaimsError(
    'unsupported_format_version',
    `${testPredictionsFile} has format version ${found}; this product reads up to ${version}`,
    {
      problems: [
        {
          field: testPredictionsFile,
          problem: 'is newer than this product',
          allowed: `up to ${version}`,
          received: found,
        },
      ],
    },
  )
}
