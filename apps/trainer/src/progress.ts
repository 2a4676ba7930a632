import type { ProgressEvent, ProgressListener } from '@claims/contracts'

const plainIntervalMs = 3000

/** Stages as a person reads them. */
const stageNames: Readonly<Record<string, string>> = {
  read: 'read',
  validate: 'validate',
  leakage: 'scan for leaks',
  split: 'split',
  cross_validation: 'cross-validate',
  select: 'choose threshold',
  fit: 'fit',
  evaluate: 'evaluate',
  out_of_time: 'out-of-time test',
  external_test: 'external test',
  write: 'report and bundle',
  score: 'score',
  verify: 'verify',
}

/**
 * Shows progress on standard error: a line that moves on a terminal, plain lines every few seconds elsewhere.
 *
 * @param stream standard error
 * @param options whether to show anything; clock in milliseconds
 */
export function createProgress(
  stream: { write(text: string): unknown; readonly isTTY?: boolean },
  options: { readonly quiet: boolean; readonly clock: () => number },
): ProgressListener {
  if (options.quiet) return () => undefined
  let started = options.clock()
  let lastPlain = started
  let unit = ''
  const clear = stream.isTTY === true ? '\r\u001b[K' : ''
  return (event: ProgressEvent) => {
    const now = options.clock()
    if (event.kind === 'stage_started') {
      started = now
      unit = ''
      if (stream.isTTY === true) stream.write(`${clear}  ${nameOf(event.stage)} ...`)
    } else if (event.kind === 'stage_finished') {
      const detail = event.detail === undefined ? '' : `  ${event.detail}`
      stream.write(
        `${clear}  ${nameOf(event.stage).padEnd(18)} ${event.seconds.toFixed(2).padStart(7)} s${detail}\n`,
      )
    } else if (event.kind === 'warning') {
      stream.write(`${clear}  warning: ${event.message}\n`)
    } else if (event.kind === 'progress') {
      // A stage that counts something else has begun anew: what came before is no part of its rate.
      if (unit !== '' && unit !== event.unit) started = now
      unit = event.unit
      if (stream.isTTY !== true && now - lastPlain < plainIntervalMs) return
      lastPlain = now
      stream.write(
        `${clear}  ${progressText(event, (now - started) / 1000)}${stream.isTTY === true ? '' : '\n'}`,
      )
    }
  }
}

function nameOf(stage: string): string {
  return stageNames[stage] ?? stage
}

function progressText(event: Extract<ProgressEvent, { kind: 'progress' }>, seconds: number): string {
  const rate = seconds > 0 ? event.done / seconds : 0
  const left =
    event.total !== null && rate > 0 ? `, ${((event.total - event.done) / rate).toFixed(0)} s left` : ''
  const of = event.total === null ? '' : ` of ${event.total.toLocaleString('en')}`
  return `${nameOf(event.stage)}: ${event.done.toLocaleString('en')}${of} ${event.unit}${paceText(rate, event.unit)}${left}`
}

/** Units in a second, or seconds for each where that is less than one in ten seconds. */
function paceText(rate: number, unit: string): string {
  if (rate === 0) return ''
  if (rate < 0.1) return `, ${(1 / rate).toFixed(0)} s each`
  return `, ${rate.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}/s`
}
