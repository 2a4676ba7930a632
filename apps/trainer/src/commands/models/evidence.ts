import { actorOf } from '../../actor.ts'
import type { EvidenceOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { detailsOf } from '@claims/registry'
import { withRegistry } from '../../open-model.ts'
import { readText } from '../../policy-file.ts'
import { versionOf } from '../../version-of.ts'

/** `claims models evidence` */
export async function addEvidence(options: EvidenceOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const evaluation = await readText(options.evaluation)
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await versionOf(registry, options.model)
    const change = { ...actorOf(options), reason: options.reason, evaluation }
    const entry = await registry.gates.addEvidence(name, version, change)
    const evidence = detailsOf(entry, 'add_evidence')
    output.line(
      `${name}@${version} has the evaluation ${String(evidence?.evaluation_sha256)} on ${String(evidence?.source)}`,
    )
    if (evidence?.discounted != null) output.line(`careful: it does not count, since ${evidence.discounted}`)
    output.result(entry)
    return 0
  })
}
