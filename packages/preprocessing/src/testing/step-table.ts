import { z } from 'zod'
import type { StepDefinition } from '../step.ts'

/**
 * The first two cells of a README's table of kinds, made from the definitions: kind, then parameters, each with its
 * default, or `?` where it may be left out.
 *
 * @returns one line per kind, in order
 */
export function stepTable(definitions: readonly StepDefinition[]): string[] {
  return definitions.map(({ kind, parameters }) => {
    const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: 'input' })
    const cells = Object.entries(properties).map(([name, schema]) => {
      const fallback = typeof schema === 'object' ? schema.default : undefined
      if (fallback !== undefined) return `\`${name} = ${JSON.stringify(fallback)}\``
      return required.includes(name) ? `\`${name}\`` : `\`${name}?\``
    })
    return `| \`${kind}\` | ${cells.join(', ')} |`
  })
}
