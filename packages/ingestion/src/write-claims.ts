import { cellAt, type Cell, type Frame } from '@claims/frame'
import { createCsvWriter, writeAll } from './csv-writer.ts'
import type { GeneratedClaims } from './generate-claims.ts'
import type { OpenOutputOptions } from './output/open-output.ts'
import { refused } from './output/output-error.ts'
import { outputPlace } from './output/output-place.ts'

/**
 * Writes a frame as CSV; missing cells are empty, timestamps ISO 8601.
 *
 * @param path replaced when it exists; gzip when it ends with `.gz`
 * @param options ledger and signal; see `openOutput`
 */
export async function writeFrame(path: string, frame: Frame, options: OpenOutputOptions = {}): Promise<void> {
  await writeAll(await createCsvWriter(path, frame.names, options), frameRows(frame))
}

/**
 * Writes generated claims as CSV, and beside it `<path>.probability.csv` with `claim_id` and the true `probability`,
 * which is never a column of the claims.
 *
 * @param options ledger and signal; see `openOutput`
 * @returns path of the file with the probabilities
 * @throws ClaimsError `output_refused` for a pipe or a device, beside which no file can stand; `writeFrame` takes them
 */
export async function writeClaims(
  path: string,
  claims: GeneratedClaims,
  options: OpenOutputOptions = {},
): Promise<string> {
  const { frame, probability } = claims
  const sidecar = await probabilitySidecar(path)
  if (sidecar === null)
    throw refused(path, 'is a pipe or a device, beside which the probabilities cannot stand', 'a file')
  const id = frame.column('claim_id')
  const rows = Array.from(probability, (value, row): Cell[] => [cellAt(id, row), value])
  await writeAll(await createCsvWriter(sidecar, ['claim_id', 'probability'], options), rows)
  await writeFrame(path, frame, options)
  return sidecar
}

/** Where `writeClaims` puts the true probabilities, or null where `path` is a pipe or a device. */
export async function probabilitySidecar(path: string): Promise<string | null> {
  return (await outputPlace(path)).kind === 'stream' ? null : `${path}.probability.csv`
}

function* frameRows(frame: Frame): Generator<Cell[]> {
  const columns = [...frame.entries()].map(([, column]) => column)
  for (let row = 0; row < frame.rows; row++) yield columns.map((column) => cellAt(column, row))
}
