import { evaluateFile } from '@claims/pipeline'
import type { CommandContext } from '../context.ts'
import type { EvaluateCommandOptions } from '../declare-commands.ts'
import { metricText, moneyText } from '../describe-evaluation.ts'
import { openScorer } from '../open-model.ts'

/** `claims evaluate` */
export async function evaluate(options: EvaluateCommandOptions, { config, output, signal }: CommandContext): Promise<0 | 1> {
  const scorer = await openScorer(options, config)
  try {
    const result = await evaluateFile(scorer, { data: options.data, seed: options.seed, now: new Date(), signal, ...(options.out === undefined ? {} : { out: options.out }) })
    output.line(`rows                        ${result.test.rows.toLocaleString('en')}, ${result.test.positives.toLocaleString('en')} positive, ${String(result.rejected_rows)} rejected`)
    for (const [name, metric] of Object.entries(result.test.metrics)) output.line(`${name.replaceAll('_', ' ').padEnd(27)} ${metricText(metric)}`)
    if (result.trained_on) output.line('careful                     the model was trained on this file: expect less on rows that it has not seen')
    output.line(`cost                        ${moneyText(result.cost.total, result.cost.currency)}`)
    if (options.out !== undefined) output.line(`written                     ${options.out}`)
    output.result(result)
    return 0
  } finally {
    scorer.dispose()
  }
}
