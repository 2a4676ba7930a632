import type { Blueprint, Policy } from '@claims/contracts'

/** Where the declared bands and those in force begin, and the threshold. */
export interface EdgesInForceInput {
  readonly threshold: number
  readonly declared: Policy['bands']
  readonly bands: Policy['bands']
}

/**
 * The edges of decisions in force. An edge that is also that of a band goes where the band's goes. One that the threshold
 * has passed moves halfway between its neighbours on its own side of the threshold, so that the order of decisions stays
 * and none of them vanishes.
 *
 * @param decisions as declared
 * @param input threshold and bands
 * @returns the same decisions; the one from the threshold keeps the word
 * @example
 * // 0, threshold and 0.6 at a threshold of 0.7
 * edgesInForce(decisions, { threshold: 0.7, declared, bands })[2].from // 0.85
 */
export function edgesInForce(
  decisions: Blueprint['policy']['decisions'],
  { threshold, declared, bands }: EdgesInForceInput,
): Policy['decisions'] {
  const at = decisions.findIndex(({ from }) => from === 'threshold')
  const edges = decisions.map((edge) => ({ ...edge }))
  let below = 0
  for (const edge of edges.slice(1, at)) {
    const wanted = following(Number(edge.from), { declared, bands })
    edge.from = below = wanted > below && wanted < threshold ? wanted : (below + threshold) / 2
  }
  let above = 1
  for (const edge of edges.slice(at + 1).reverse()) {
    const wanted = following(Number(edge.from), { declared, bands })
    edge.from = above = wanted < above && wanted > threshold ? wanted : (threshold + above) / 2
  }
  return edges
}

function following(edge: number, { declared, bands }: Omit<EdgesInForceInput, 'threshold'>): number {
  const names = ['medium', 'high', 'critical'] as const
  const band = names.find((name) => declared[name] === edge)
  return band === undefined ? edge : bands[band]
}
