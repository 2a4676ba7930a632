import { ClaimsError, fieldProblems } from '@claims/contracts'
import type { z } from 'zod'

/**
 * Parameters of a model through its schema, defaults filled in.
 *
 * @param schema the model's schema
 * @param kind named in the error
 * @param parameters as a blueprint holds them
 * @throws ClaimsError `invalid_blueprint`
 */
export function parseParameters<TSchema extends z.ZodType>(
  schema: TSchema,
  kind: string,
  parameters: unknown,
): z.infer<TSchema> {
  const parsed = schema.safeParse(parameters)
  if (parsed.success) return parsed.data
  const problems = fieldProblems(parsed.error)
  const first = problems[0]
  throw new ClaimsError('invalid_blueprint', `Parameters of ${kind}: ${first?.field}: ${first?.problem}`, {
    problems,
  })
}
