import { ClaimsError } from '@claims/contracts'
import { unindexedText } from '@claims/predictions'
import { findingText, verifyLedger, type LedgerReport } from '@claims/registry'
import type { DatabaseOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { openCheckpoints } from '../../open-checkpoints.ts'
import { withLedger } from '../../with-ledger.ts'
import { countsText } from './counts-text.ts'

/** Options of `ledger verify`. */
export interface VerifyLedgerCommandOptions extends DatabaseOptions {
  readonly checkpoint?: readonly string[]
  readonly publicKey?: string
}

/** `claims ledger verify`: 1 when anything is wrong. */
export async function verifyLedgerCommand(
  options: VerifyLedgerCommandOptions,
  context: CommandContext,
): Promise<0 | 1> {
  const { output, onProgress, signal } = context
  const checkpoints = await trusted(options)
  return await withLedger(options, context, async ({ ledger, log, place }) => {
    const started = performance.now()
    const report = await verifyLedger(ledger, { checkpoints, onProgress, signal })
    const lacking = await unindexedText(log)
    const seconds = (performance.now() - started) / 1000
    for (const finding of report.problems) output.line(`WRONG  ${findingText(finding)}`)
    for (const finding of report.notes) output.line(`note   ${findingText(finding)}`)
    for (const { name, problems, notes } of report.left_out)
      output.line(
        `more   ${name}: ${String(problems)} problems and ${String(notes)} notes that are not listed`,
      )
    if (lacking !== null) output.line(`WRONG  ${lacking}; claims predictions reindex makes it again`)
    output.line(`${place}: ${summaryOf(report, checkpoints.length)}, ${seconds.toFixed(1)} s`)
    if (checkpoints.length === 0)
      output.note('note: one who rewrote rows and heads is found by a signed checkpoint only (--checkpoint)')
    output.result({ database: place, checkpoints: checkpoints.length, ...report, index: lacking })
    return report.whole && lacking === null ? 0 : 1
  })
}

async function trusted({
  checkpoint: paths = [],
  publicKey,
}: VerifyLedgerCommandOptions): ReturnType<typeof openCheckpoints> {
  if (paths.length === 0 && publicKey === undefined) return []
  if (paths.length > 0 && publicKey !== undefined) return await openCheckpoints(paths, publicKey)
  const field = publicKey === undefined ? '--public-key' : '--checkpoint'
  throw new ClaimsError('invalid_usage', '--checkpoint and --public-key belong together', {
    problems: [{ field, problem: 'is absent', allowed: 'both, or none' }],
  })
}

function summaryOf(report: LedgerReport, checkpoints: number): string {
  const against = checkpoints === 0 ? '' : `, against ${String(checkpoints)} signed`
  if (!report.whole) {
    const names = new Set(report.problems.map(({ name }) => name)).size
    return `NOT WHOLE: something is wrong with ${String(names)} of its names; ${countsText(report)}${against}`
  }
  return `${report.entries === 0 ? 'holds no entry' : `whole: ${countsText(report)}`}${against}`
}
