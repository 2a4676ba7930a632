import type { Insertable } from 'kysely'
import { z } from 'zod'
import type { Schema } from '../schema.ts'

/** A row of the table `predictions`. */
export type IndexRow = Insertable<Schema['predictions']>

/** Where the line of a record stands. */
export interface LinePlace {
  readonly sequence: string
  readonly position: number
}

/** What the index takes of a record, whatever else a newer product wrote in it. */
export interface IndexedRecord {
  readonly id: string
  readonly model: { readonly name: string; readonly version: string | null; readonly manifest_sha256: string }
  readonly subject: string
  readonly idempotency?: { readonly key: string; readonly item: number; readonly request: string } | undefined
}

const indexedSchema: z.ZodType<IndexedRecord> = z.object({
  kind: z.literal('prediction'),
  id: z.string().length(36),
  model: z.object({
    name: z.string(),
    version: z.string().nullable(),
    manifest_sha256: z.string().length(64),
  }),
  subject: z.string().length(32),
  idempotency: z
    .object({ key: z.string().length(64), item: z.int(), request: z.string().length(64) })
    .optional(),
})

/** The row of a line; null where the line is no record. */
export function indexRowOfLine(line: unknown, place: LinePlace): IndexRow | null {
  const { data } = indexedSchema.safeParse(line)
  return data === undefined ? null : indexRow(data, place)
}

/** The row of a record. */
export function indexRow(
  { id, model, subject, idempotency }: IndexedRecord,
  { sequence, position }: LinePlace,
): IndexRow {
  return {
    ...{ id, sequence, position, subject },
    ...{ model: model.name, version: model.version, manifest_sha256: model.manifest_sha256 },
    ...{ idempotency: idempotency?.key ?? null, item: idempotency?.item ?? null },
    request: idempotency?.request ?? null,
  }
}
