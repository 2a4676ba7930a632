import { z } from 'zod'

/**
 * Where each field of the header of `test-predictions.bin` begins; all numbers are little-endian. After the header come,
 * without gaps, for the `stored` test rows in the order of the data: the row of the data as uint32 (0-based, ascending),
 * the calibrated probability as float64, marks as uint8 and, where `grouped` is 1, the group as int32. Last comes one bit
 * for each row of the data, lowest bit first: 1 where the model was fitted on the row.
 */
export const testPredictionsLayout = Object.freeze({
  magic: 'CLAIMSTP',
  formatVersion: 1,
  headerBytes: 80,
  shaBytes: 32,
  offsets: Object.freeze({
    /** 8 Latin-1 characters. */
    magic: 0,
    /** uint32; then 4 bytes of 0. */
    format_version: 8,
    /** SHA-256 of the data, 32 bytes. */
    data_sha256: 16,
    /** uint64. */
    data_rows: 48,
    /** uint64. */
    test_rows: 56,
    /** uint64. */
    stored: 64,
    /** uint32; then 4 bytes of 0. */
    grouped: 72,
  }),
  /** Bits of a mark. */
  marks: Object.freeze({
    /** The row's label is the positive class. */
    positive: 1,
    /** The row equals, in every feature, a row that the model was fitted on. */
    known: 2,
  }),
})

/** What the header says: of `test_rows` rows of the data that the model was tested on `stored` are kept. */
export const testPredictionsHeaderSchema = z
  .strictObject({
    format_version: z.literal(1),
    /** Hexadecimal. */
    data_sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Rows of the data, rejected ones included. */
    data_rows: z.int().nonnegative().max(0xffff_ffff),
    test_rows: z.int().nonnegative(),
    stored: z.int().nonnegative(),
    grouped: z.union([z.literal(0), z.literal(1)]),
  })
  .refine(({ stored, test_rows: rows }) => stored <= rows, { message: 'stores more rows than were tested' })
  .refine(({ test_rows: rows, data_rows: all }) => rows <= all, {
    message: 'tests more rows than the data has',
  })
/** What the header of `test-predictions.bin` says. */
export type TestPredictionsHeader = z.infer<typeof testPredictionsHeaderSchema>
