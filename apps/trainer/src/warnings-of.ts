import { dataWarningSchema, type DataWarning } from '@claims/contracts'

/**
 * The findings of reading and validation in a result.
 *
 * @param result of an entry of the pipeline, such as `scoreFile`
 * @returns its `warnings` and `data_warnings` that are counted findings; sentences of an evaluation are not among them
 */
export function warningsOf(result: object): DataWarning[] {
  const { warnings, data_warnings: more } = result as Readonly<Record<string, unknown>>
  return [warnings, more].flatMap((found) =>
    Array.isArray(found)
      ? found.flatMap((each) => {
          const parsed = dataWarningSchema.safeParse(each)
          return parsed.success ? [parsed.data] : []
        })
      : [],
  )
}
