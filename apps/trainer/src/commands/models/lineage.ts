import { lineage, lineageMermaid } from '@claims/registry'
import type { LineageOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'

/** `claims models lineage`: the graph as Mermaid or JSON; with `--json` as JSON. */
export async function modelLineage(options: LineageOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const graph = await withRegistry(context, ({ registry }) => lineage(registry, options.model))
  const text = options.format === 'json' ? JSON.stringify(graph, null, 2) : lineageMermaid(graph).trimEnd()
  for (const line of text.split('\n')) output.line(line)
  output.result(graph)
  return 0
}
