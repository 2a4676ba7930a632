import type { Blueprint, Manifest } from '@claims/contracts'
import type { Dataset } from '@claims/mlflow'
import { firstCharacters } from './first-characters.ts'

/** MLflow takes digests of at most 36 characters; the tag `claims.data_sha256` has the whole hash. */
const digestLength = 32
/** MLflow's limits in characters; a schema that is longer is in the bundle alone. */
const longestName = 500
const longestSchema = 1_048_575
/** Column types as MLflow's schema names them. */
const types: Readonly<Record<string, string>> = Object.freeze({
  number: 'double',
  category: 'string',
  text: 'string',
  timestamp: 'datetime',
  boolean: 'boolean',
})

/**
 * The training data as a data set of MLflow: name, hash, schema and size; no values.
 *
 * @param manifest of the bundle
 * @param blueprint that the data was read by
 */
export function datasetOf({ data }: Manifest, blueprint: Blueprint): Dataset {
  const columns = blueprint.columns.map(({ name, type, required }) => ({
    name,
    type: types[type] ?? 'string',
    required,
  }))
  const schema = JSON.stringify({ mlflow_colspec: columns })
  return {
    tags: [{ key: 'mlflow.data.context', value: 'training' }],
    dataset: {
      name: firstCharacters(data.source, longestName),
      digest: data.sha256.slice(0, digestLength),
      sourceType: 'local',
      source: JSON.stringify({ uri: data.source }),
      ...(schema.length <= longestSchema && { schema }),
      profile: JSON.stringify({ num_rows: data.rows, num_elements: data.rows * columns.length }),
    },
  }
}
