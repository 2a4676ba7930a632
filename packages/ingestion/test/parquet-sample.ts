import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const values = join(import.meta.dirname, '../../../tooling/reference/values')

/** A small Parquet file by PyArrow: three row groups, Snappy. */
export async function parquetSample(): Promise<{ bytes: Buffer; rows: number }> {
  const reference = JSON.parse(await readFile(join(values, 'ingestion-parquet.json'), 'utf8')) as {
    rows: number
    files: Record<string, string>
  }
  return { bytes: Buffer.from(reference.files['snappy']!, 'base64'), rows: reference.rows }
}
