import { inferFromFile, writeFileAtomic } from '@claims/pipeline'
import type { CommandContext } from '../context.ts'
import type { InitOptions } from '../command-options.ts'

import { hintsOf } from './train.ts'

/** `claims init` */
export async function init(options: InitOptions, { output, signal }: CommandContext): Promise<0> {
  const { blueprint, notes, leakage, excluded } = await inferFromFile(options.data, hintsOf(options), {
    seed: 42,
    now: new Date(),
    signal,
  })
  const explicit = { ...blueprint, origin: 'explicit' }
  await writeFileAtomic(options.out, `${JSON.stringify(explicit, null, 2)}\n`)
  for (const { column, guess, reason } of notes)
    output.line(`guessed           ${column}: ${guess} (${reason})`)
  for (const finding of leakage) output.line(`leak ${finding.severity.padEnd(12)} ${finding.message}`)
  for (const column of excluded) output.line(`excluded          ${column}`)
  output.line(`blueprint         ${options.out}`)
  output.result({ blueprint: options.out, notes, leakage, excluded })
  return 0
}
