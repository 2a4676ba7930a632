import { z } from 'zod'

/** From which probability on a decision holds: the start, the threshold that training chooses, or a probability. */
const decisionEdgeSchema = z.strictObject({
  from: z.union([z.literal('threshold'), z.number().min(0).lt(1)]),
  decision: z.string().min(1),
})
/** A decision and the probability from which on it holds. */
export type DecisionEdge = z.infer<typeof decisionEdgeSchema>

/**
 * Decisions by probability, lowest first: the first from 0, one from the threshold, any number from probabilities
 * between. The pair `{ low, high }` of older files is read as two decisions with the threshold between them.
 *
 * @example
 * decisionsSchema.parse([
 *   { from: 0, decision: 'approve' },
 *   { from: 'threshold', decision: 'review' },
 *   { from: 0.6, decision: 'reject' },
 * ])
 */
export const decisionsSchema = z.preprocess(
  listOfPair,
  z
    .array(decisionEdgeSchema)
    .min(2)
    .refine((edges) => edges[0]?.from === 0, { message: 'must start with a decision from 0' })
    .refine((edges) => edges.filter(({ from }) => from === 'threshold').length === 1, {
      message: 'must hold one decision from "threshold"',
    })
    .refine((edges) => rises(edges), { message: 'must be in order of their probabilities, each once' }),
)

function listOfPair(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('low' in value) || !('high' in value)) return value
  return [
    { from: 0, decision: value.low },
    { from: 'threshold', decision: value.high },
  ]
}

function rises(edges: readonly DecisionEdge[]): boolean {
  const values = edges.flatMap(({ from }) => (from === 'threshold' ? [] : [from]))
  return values.every((value, i) => i === 0 || value > values[i - 1]!)
}
