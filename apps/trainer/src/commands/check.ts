import { checkFile } from '@claims/pipeline'
import { modelCatalog } from '../model-catalog.ts'
import type { CommandContext } from '../context.ts'
import type { CheckOptions } from '../command-options.ts'
import { withOptions } from '../apply-options.ts'
import { maturityLines } from '../describe-evaluation.ts'
import { describeWarnings } from '../describe-warnings.ts'
import { blueprintOf } from '../find-blueprint.ts'

/** `claims check` */
export async function check(
  options: CheckOptions,
  { config, output, signal }: CommandContext,
): Promise<0 | 1> {
  const result = await checkFile(options.data, withOptions(await blueprintOf(options.blueprint), options), {
    seed: options.seed,
    now: new Date(),
    asOf: options.asOf,
    catalog: modelCatalog(config),
    signal,
  })
  const { validation } = result
  output.line(
    `rows              ${result.rows.toLocaleString('en')}, ${validation.rejected_rows.toLocaleString('en')} rejected`,
  )
  for (const line of maturityLines(result.label_maturity)) output.line(line)
  output.line(
    `quality           ${validation.quality_score.toFixed(3)} of 1: ${Object.entries(validation.dimensions)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`)
      .join(', ')}`,
  )
  for (const { rule, field, severity, count } of validation.counts) {
    const first = validation.findings.find((finding) => finding.rule === rule && finding.field === field)
    output.line(
      `${severity.padEnd(17)} ${field} ${first?.problem ?? rule}${count === 1 ? '' : `, in ${count.toLocaleString('en')} rows`}`,
    )
  }
  // What the validation counted is said above.
  const counted = new Set(validation.counts.map(({ rule, field }) => `${rule} ${field}`))
  const further = result.warnings.filter(({ code, field }) => !counted.has(`${code} ${field}`))
  for (const line of describeWarnings(further)) output.line(line)
  for (const finding of result.leakage) output.line(`leak ${finding.severity.padEnd(12)} ${finding.message}`)
  if (result.leakage_reason !== null) output.line(`leakage           not scanned: ${result.leakage_reason}`)
  for (const failure of validation.gate.failures) output.line(`gate              ${failure}`)
  output.line(`passed            ${result.passed ? 'yes' : 'no'}`)
  output.result({ ...result, warnings: result.warnings })
  return result.passed ? 0 : 1
}
