import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '@claims/frame'
import { generateClaims, writeClaims } from '@claims/ingestion'
import type { Evaluation } from '@claims/contracts'

/** A folder that is deleted when its owner is done. */
export interface Folder {
  readonly path: string
  at(name: string): string
  /** Every name below the folder, sorted. */
  names(): Promise<string[]>
  remove(): Promise<void>
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'claims-pipeline-'))
  return {
    path,
    at: (name) => join(path, name),
    names: async () => (await readdir(path, { recursive: true })).sort(),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/** Generated claims as a CSV file. */
export async function writeGeneratedClaims(
  path: string,
  options: { readonly rows: number; readonly seed: number },
): Promise<string> {
  await writeClaims(path, generateClaims(options))
  return path
}

/** Rows of text as a CSV file; no cell may need quotes. */
export async function writeRows(
  path: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Promise<string> {
  const cells = [header, ...rows].flat().map(String)
  if (cells.some((cell) => /[",\n]/.test(cell))) throw new TypeError('A cell needs quotes')
  await writeFile(path, [header, ...rows].map((row) => `${row.join(',')}\n`).join(''))
  return path
}

/** Columns that know nothing of the label: numbers, dates, categories of few and of many levels. */
export async function writeNoise(
  path: string,
  options: { readonly rows: number; readonly seed: number },
): Promise<string> {
  const random = createRandom(options.seed).split('noise')
  const streams = Array.from({ length: 12 }, (_, k) => random.split(`column-${String(k)}`))
  const draw = (k: number): number => streams[k]?.next() ?? 0
  const header = ['amount', 'age', 'months', 'ratio', 'region', 'garage', 'channel', 'day', 'label']
  return writeRows(
    path,
    header,
    Array.from({ length: options.rows }, () => [
      Math.exp(6 + 3 * draw(0)).toFixed(2),
      18 + Math.floor(60 * draw(1)),
      Math.floor(240 * draw(2)),
      (draw(3) - draw(4)).toFixed(4),
      `region-${String(Math.floor(6 * draw(5)))}`,
      `garage-${String(Math.floor(250 * draw(6)))}`,
      draw(7) < 0.4 ? 'broker' : 'direct',
      new Date(Date.UTC(2023, 0, 1 + Math.floor(700 * draw(8)))).toISOString().slice(0, 10),
      draw(9) < 0.3 ? 'yes' : 'no',
    ]),
  )
}

/** Cross-validated AUC of the selected candidate. */
export function selectedAuc(evaluation: Evaluation): number {
  const auc = evaluation.candidates.find(({ selected }) => selected)?.cross_validation.metrics.roc_auc
  if (auc === undefined) throw new TypeError('No candidate is selected')
  return auc.value
}
