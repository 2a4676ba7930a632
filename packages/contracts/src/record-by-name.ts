import { z } from 'zod'

/**
 * Schema of an object whose keys are data, such as names of columns. Every own key is kept: `z.record` drops a column
 * that is called `__proto__`.
 *
 * @param value schema of each value
 * @returns a schema that copies the object; problems of a value have its key in their path
 * @example
 * const levels = recordByName(z.array(z.string()))
 */
export function recordByName<T extends z.ZodType>(
  value: T,
): z.ZodType<Record<string, z.output<T>>, Record<string, z.input<T>>> {
  const schema = z
    .custom<Record<string, z.input<T>>>(isObject, { error: 'Invalid input: expected an object' })
    .transform((input, context) =>
      Object.fromEntries(
        Object.entries(input).flatMap(([name, item]) => {
          const parsed = value.safeParse(item)
          if (parsed.success) return [[name, parsed.data]]
          for (const issue of parsed.error.issues)
            context.issues.push({ ...issue, input: undefined, path: [name, ...issue.path] })
          return []
        }),
      ),
    )
  schema._zod.toJSONSchema = () => {
    const { $schema: _, ...json } = z.toJSONSchema(z.record(z.string(), value), { io: 'input' })
    return json
  }
  return schema
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
