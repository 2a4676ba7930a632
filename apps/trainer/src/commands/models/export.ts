import { DatabasePredictionLog } from '@claims/database'
import { requireOutput, writeFileAtomic } from '@claims/ingestion'
import { exportDocument, renderMarkdown, type DocumentKind } from '@claims/governance'
import type { WriteOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { keepDataApart, outputRules } from '../../output-rules.ts'

/** Options of `models export`. */
export interface ExportModelOptions extends WriteOptions {
  readonly model?: string
  readonly format: DocumentKind
  readonly out?: string
  readonly from?: Date
  readonly to?: Date
  readonly prediction?: string
}

/** `claims models export`: a document for people outside of the team, of stored facts alone. */
export async function exportModel(options: ExportModelOptions, context: CommandContext): Promise<0> {
  const { output, signal } = context
  const { out, format, model, from, to, prediction } = options
  const rules = outputRules(options, context)
  if (out !== undefined) {
    await requireOutput(out, rules)
    await keepDataApart(out, context)
  }
  const document = await withRegistry(context, ({ registry, ledger, artifacts, database }) =>
    exportDocument(
      { registry, ledger, artifacts, predictions: new DatabasePredictionLog(database) },
      {
        ...{ kind: format, model, prediction },
        ...{ from: from?.toISOString(), to: to?.toISOString() },
      },
    ),
  )
  const markdown = renderMarkdown(document)
  if (out === undefined) for (const line of markdown.trimEnd().split('\n')) output.line(line)
  else {
    const content = out.endsWith('.json') ? `${JSON.stringify(document, null, 2)}\n` : markdown
    await writeFileAtomic(out, content, { ...rules, signal })
    output.line(`${document.kind.padEnd(20)}${out}: ${missingText(document.missing)}`)
  }
  output.result(out === undefined ? document : { ...document, out })
  return 0
}

function missingText(missing: number): string {
  if (missing === 0) return 'no field is missing'
  return `${String(missing)} ${missing === 1 ? 'field is' : 'fields are'} missing, and shown as missing`
}
