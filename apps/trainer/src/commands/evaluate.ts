import { evaluateFile } from '@claims/pipeline'
import { loadScorer } from '@claims/scoring'
import type { CommandContext } from '../context.ts'
import type { EvaluateCommandOptions } from '../command-options.ts'
import { costText, maturityLines, metricText } from '../describe-evaluation.ts'
import { readingOf } from '../apply-options.ts'
import { describeWarnings } from '../describe-warnings.ts'
import { modelCatalog } from '../model-catalog.ts'
import { openModel } from '../open-model.ts'
import { outputRules } from '../output-rules.ts'

/** `claims evaluate` */
export async function evaluate(options: EvaluateCommandOptions, context: CommandContext): Promise<0> {
  const { config, output, signal } = context
  const rules = outputRules(options, context, options.data)
  const bundle = await openModel(options, context)
  const scorer = await loadScorer(bundle, {
    threads: config.threads,
    catalog: modelCatalog(config),
  })
  try {
    const { evaluation, warnings: found } = await evaluateFile(scorer, {
      data: options.data,
      bundle,
      seed: options.seed,
      now: new Date(),
      asOf: options.asOf,
      signal,
      output: rules,
      reading: readingOf(options),
      out: options.out,
    })
    const { test, warnings } = evaluation
    for (const warning of warnings) output.line(`careful                     ${warning}`)
    for (const line of describeWarnings(found, 28)) output.line(line)
    output.line(
      `rows                        ${test.rows.toLocaleString('en')}, ${test.positives.toLocaleString('en')} positive`,
    )
    for (const line of maturityLines(evaluation.label_maturity, 28)) output.line(line)
    for (const [name, metric] of Object.entries(test.metrics))
      output.line(`${name.replaceAll('_', ' ').padEnd(28)}${metricText(metric)}`)
    output.line(`cost                        ${costText(evaluation)}`)
    if (options.out !== undefined)
      output.line(`written                     ${options.out}/evaluation.json, ${options.out}/report.html`)
    output.result({ ...evaluation, data_warnings: found })
    return 0
  } finally {
    scorer.dispose()
  }
}
