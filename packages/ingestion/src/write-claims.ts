import { cellAt, type Cell, type Frame } from '@claims/frame'
import { writeCsv } from './csv-writer.ts'
import type { GeneratedClaims } from './generate-claims.ts'

/**
 * Writes a frame as CSV; missing cells are empty, timestamps ISO 8601.
 *
 * @param path replaced when it exists; gzip when it ends with `.gz`
 */
export async function writeFrame(path: string, frame: Frame): Promise<void> {
  await writeCsv(path, frame.names, frameRows(frame))
}

/**
 * Writes generated claims as CSV, and beside it `<path>.probability.csv` with `claim_id` and the true `probability`,
 * which is never a column of the claims.
 *
 * @returns path of the file with the probabilities
 */
export async function writeClaims(path: string, claims: GeneratedClaims): Promise<string> {
  const { frame, probability } = claims
  const id = frame.column('claim_id')
  const sidecar = `${path}.probability.csv`
  const rows = Array.from(probability, (value, row): Cell[] => [cellAt(id, row), value])
  await writeCsv(sidecar, ['claim_id', 'probability'], rows)
  await writeFrame(path, frame)
  return sidecar
}

function* frameRows(frame: Frame): Generator<Cell[]> {
  const columns = [...frame.entries()].map(([, column]) => column)
  for (let row = 0; row < frame.rows; row++) yield columns.map((column) => cellAt(column, row))
}
