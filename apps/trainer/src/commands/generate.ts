import { ClaimsError } from '@claims/contracts'
import {
  claimDrifts,
  generateClaims,
  probabilitySidecar,
  requireOutput,
  writeClaims,
  writeFrame,
} from '@claims/ingestion'
import type { CommandContext } from '../context.ts'
import type { GenerateOptions } from '../command-options.ts'
import { keepDataApart, outputRules } from '../output-rules.ts'

/** `claims generate` */
export async function generate(options: GenerateOptions, context: CommandContext): Promise<0> {
  const { output, signal } = context
  if (options.blueprint !== 'claims') {
    throw new ClaimsError('invalid_parameter', `There is no generator for "${options.blueprint}"`, {
      problems: [
        { field: '--blueprint', problem: `"${options.blueprint}" has no generator`, allowed: 'claims' },
      ],
    })
  }
  const drift = claimDrifts.find((name) => name === options.drift)
  if (options.drift !== undefined && drift === undefined) {
    throw new ClaimsError('invalid_parameter', `There is no drift "${options.drift}"`, {
      problems: [
        { field: '--drift', problem: `"${options.drift}" is unknown`, allowed: claimDrifts.join(', ') },
      ],
    })
  }
  const rules = outputRules(options, context)
  await requireOutput(options.out, rules)
  await keepDataApart(options.out, context)
  const sidecar = await probabilitySidecar(options.out)
  if (sidecar !== null) await requireOutput(sidecar, rules)
  const claims = generateClaims({ rows: options.rows, seed: options.seed, drift })
  const written = { ...rules, signal }
  if (sidecar === null) await writeFrame(options.out, claims.frame, written)
  else await writeClaims(options.out, claims, written)
  output.line(`claims            ${options.out}, ${options.rows.toLocaleString('en')} rows`)
  output.line(`true probability  ${sidecar ?? 'not written: the claims go to a pipe or a device'}`)
  output.result({ data: options.out, rows: options.rows, probability: sidecar })
  return 0
}
