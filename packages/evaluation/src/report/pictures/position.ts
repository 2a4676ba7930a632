import type { TopLevelSpec } from 'vega-lite'

/** One layer of a picture. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]

/** Where marks lie along one axis of numbers. */
export interface Position {
  field: string
  type: 'quantitative'
  scale: { domain: number[]; nice: boolean }
  axis: { title: string; format: string; values?: number[] }
}

/** An axis of numbers from `domain[0]` to `domain[1]`, its values in `field`. */
export function position(
  field: string,
  domain: readonly [number, number],
  axis: { readonly title: string; readonly format: string; readonly values?: readonly number[] },
): Position {
  const { title, format, values } = axis
  return {
    field,
    type: 'quantitative',
    scale: { domain: [...domain], nice: false },
    axis: { title, format, ...(values === undefined ? {} : { values: [...values] }) },
  }
}
