import type { StepSpecification } from '@claims/contracts'

/** Parameters of steps that name one column each; every other text, a selector such as `category` included, names none. */
const columnParameters = ['column', 'left', 'right', 'from', 'to', 'numerator', 'denominator'] as const

/** Columns that a step names one by one in its parameters. A selector of all columns of a kind names none. */
export function columnsRead({ parameters }: StepSpecification): string[] {
  const single = columnParameters
    .map((key) => parameters[key])
    .filter((name): name is string => typeof name === 'string')
  const { columns, levels } = parameters
  const listed = Array.isArray(columns) ? columns.map(String) : []
  const ordered = typeof levels === 'object' && levels !== null ? Object.keys(levels) : []
  return [...new Set([...single, ...listed, ...ordered])]
}
