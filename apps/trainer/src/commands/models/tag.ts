import { ClaimsError } from '@claims/contracts'
import type { DescribeOptions, TagOptions } from '../../command-options.ts'
import type { CommandContext } from '../../context.ts'
import { withRegistry } from '../../open-model.ts'
import { namedVersion } from './named-version.ts'

/** `claims models tag`: sets tags of a version and takes others away. */
export async function tagModel(options: TagOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const { model, actor, reason, remove = [] } = options
  const set = pairs(options.tags)
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await namedVersion(registry, model)
    const entry = await registry.tag(name, version, { actor, reason, set, remove })
    output.line(`${name}@${version}: ${String(set.size)} tags set, ${String(remove.length)} taken away`)
    output.result(entry)
    return 0
  })
}

/** `claims models describe` */
export async function describeModel(options: DescribeOptions, context: CommandContext): Promise<0> {
  const { output } = context
  const { model, text: description, actor, reason } = options
  return await withRegistry<0>(context, async ({ registry }) => {
    const { name, version } = await namedVersion(registry, model)
    const entry = await registry.describe(name, version, { actor, reason, description })
    output.line(`${name}@${version} ${description === '' ? 'has no description any more' : 'is described'}`)
    output.result(entry)
    return 0
  })
}

function pairs(texts: readonly string[]): ReadonlyMap<string, string> {
  const set = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('=')
    const key = text.slice(0, at)
    if (at < 1 || set.has(key)) {
      const problem = at < 1 ? `"${text}" is no KEY=VALUE` : `the tag ${key} is given twice`
      throw new ClaimsError('invalid_usage', `Tags are written KEY=VALUE: ${problem}`, {
        problems: [{ field: 'tags', problem, allowed: 'KEY=VALUE, each key once' }],
      })
    }
    set.set(key, text.slice(at + 1))
  }
  return set
}
