import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import {
  dataSource,
  outputError,
  outputPlace,
  requireApart,
  requireOutput,
  requireWholeFolder,
} from '@claims/ingestion'
import { requireReplaceable } from '@claims/registry'
import type { TrainOptions } from '../train-options.ts'

/** Where a training writes, links followed. */
export interface TrainingOutput {
  readonly bundle: string
  /** The file of rejected rows; what is there may be replaced or taken away. */
  readonly quarantine: string
}

/**
 * Checks before anything is read that a training may write its bundle and its rejected rows.
 *
 * @throws ClaimsError `already_exists` when `out` is neither free, empty nor a bundle as it was written; `output_refused` when it lies in
 *   a bundle, holds an input, or the file of rejected rows is somebody else's
 */
export async function requireTrainingOutput(options: TrainOptions): Promise<TrainingOutput> {
  const { output = {} } = options
  const inputs = [
    ...dataSource(options.data).files,
    ...(options.test === undefined ? [] : dataSource(options.test).files),
    ...(output.inputs ?? []),
  ]
  const rules = { ...output, inputs }
  const overwrite = output.overwrite === true
  if (options.out !== '') await requireApart(options.out, output.keep ?? [], true)
  await requireReplaceable(options.out, { overwrite }).catch((error: unknown) => {
    throw hasSystemCall(error) ? outputError(error, options.out) : error
  })
  await requireWholeFolder(options.out, rules)
  const quarantine = quarantineOf(options)
  await requireApart(quarantine, output.keep ?? [])
  // Where the bundle's own folder is still to be made, nothing can stand beside it.
  if (options.quarantine === undefined && !existsSync(dirname(quarantine)))
    return { bundle: options.out, quarantine: resolve(quarantine) }
  const { kind, target, what } = await requireOutput((await outputPlace(quarantine)).target, rules)
  if (kind === 'stream')
    throw new ClaimsError(
      'output_refused',
      `${quarantine} is ${what}, and rejected rows are written to a file`,
      {
        problems: [{ field: quarantine, problem: `is ${what}`, allowed: 'a file or a free name' }],
      },
    )
  return { bundle: options.out, quarantine: target }
}

/** Where rejected rows go. */
export function quarantineOf({ out, quarantine }: Pick<TrainOptions, 'out' | 'quarantine'>): string {
  return quarantine ?? `${out.replace(/\/+$/, '')}.rejected.jsonl`
}

/** Whether the system refused, such as a full disk or a name that is too long. */
export function hasSystemCall(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error
}
