import { requireOutput } from '@claims/ingestion'
import { inferFromFile, writeFileAtomic } from '@claims/pipeline'
import { hintsOf } from '../apply-options.ts'
import { modelCatalog } from '../model-catalog.ts'
import type { CommandContext } from '../context.ts'
import type { InitOptions } from '../command-options.ts'
import { describeWarnings } from '../describe-warnings.ts'
import { keepDataApart, outputRules } from '../output-rules.ts'

/** `claims init` */
export async function init(options: InitOptions, context: CommandContext): Promise<0> {
  const { config, output, signal } = context
  const rules = outputRules(options, context, options.data)
  await requireOutput(options.out, rules)
  await keepDataApart(options.out, context)
  const result = await inferFromFile(options.data, hintsOf(options), {
    seed: 42,
    now: new Date(),
    asOf: options.asOf,
    catalog: modelCatalog(config),
    signal,
  })
  const { blueprint, notes, leakage, excluded } = result
  const warnings = result.warnings
  const explicit = { ...blueprint, origin: 'explicit' }
  await writeFileAtomic(options.out, `${JSON.stringify(explicit, null, 2)}\n`, {
    ...rules,
    signal,
  })
  for (const line of describeWarnings(warnings)) output.line(line)
  for (const { column, guess, reason } of notes)
    output.line(`guessed           ${column}: ${guess} (${reason})`)
  for (const finding of leakage) output.line(`leak ${finding.severity.padEnd(12)} ${finding.message}`)
  for (const column of excluded) output.line(`excluded          ${column}`)
  output.line(`blueprint         ${options.out}`)
  output.result({ blueprint: options.out, notes, leakage, excluded, warnings })
  return 0
}
