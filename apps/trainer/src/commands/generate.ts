import { ClaimsError } from '@claims/contracts'
import { claimDrifts, generateClaims, writeClaims } from '@claims/ingestion'
import type { CommandContext } from '../context.ts'
import type { GenerateOptions } from '../command-options.ts'

/** `claims generate` */
export async function generate(options: GenerateOptions, { output }: CommandContext): Promise<0> {
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
  const probability = await writeClaims(
    options.out,
    generateClaims({ rows: options.rows, seed: options.seed, ...(drift === undefined ? {} : { drift }) }),
  )
  output.line(`claims            ${options.out}, ${options.rows.toLocaleString('en')} rows`)
  output.line(`true probability  ${probability}`)
  output.result({ data: options.out, rows: options.rows, probability })
  return 0
}
