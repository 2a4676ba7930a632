import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/** Values that a script under tooling/reference wrote. */
export function reference<TSchema extends z.ZodType>(name: string, schema: TSchema): z.infer<TSchema> {
  const file = new URL(`../../../tooling/reference/values/${name}.json`, import.meta.url)
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
}
