import { z } from 'zod'

/**
 * Where each field of the header of `training-rows.bin` begins; all numbers are little-endian. After the header come
 * `stored` hashes of 8 bytes each, ascending.
 */
export const trainingRowsLayout = Object.freeze({
  magic: 'CLAIMSTR',
  formatVersion: 1,
  headerBytes: 56,
  keyBytes: 16,
  offsets: Object.freeze({
    /** 8 Latin-1 characters. */
    magic: 0,
    /** uint32; then 4 bytes of 0. */
    format_version: 8,
    /** 16 bytes. */
    key: 16,
    /** uint64. */
    distinct: 32,
    /** uint32. */
    chance_rows: 40,
    /** uint32. */
    chance_known: 44,
    /** uint64. */
    stored: 48,
  }),
})

/** What the header says: `distinct` rows were fitted on, of whose hashes the `stored` smallest are kept. */
export const trainingRowsHeaderSchema = z
  .strictObject({
    format_version: z.literal(1),
    key: z.instanceof(Uint8Array).refine(({ length }) => length === trainingRowsLayout.keyBytes, {
      message: `must have ${trainingRowsLayout.keyBytes} bytes`,
    }),
    distinct: z.int().nonnegative(),
    /** Rows that were held out, and those of them that equal a row that was not. */
    chance: z.strictObject({ rows: z.int().nonnegative(), known: z.int().nonnegative() }),
    stored: z.int().nonnegative(),
  })
  .refine(({ stored, distinct }) => stored <= distinct, { message: 'stores more hashes than there are rows' })
  .refine(({ chance }) => chance.known <= chance.rows, { message: 'knows more rows than were held out' })
/** What the header of `training-rows.bin` says. */
export type TrainingRowsHeader = z.infer<typeof trainingRowsHeaderSchema>
