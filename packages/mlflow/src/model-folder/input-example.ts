import type { JsonObject, JsonValue } from './json-value.ts'

/** Data that a model takes, to be kept beside it. */
export type InputExample =
  | {
      /** Rows of a table. */
      readonly kind: 'dataframe'
      /** Nothing: the columns have no names. */
      readonly columns?: readonly string[] | undefined
      /** Rows; null where a value is missing. */
      readonly data: readonly (readonly JsonValue[])[]
      readonly params?: JsonObject | undefined
    }
  | {
      /** Numbers of a tensor, as lists in lists, or several tensors by name. */
      readonly kind: 'ndarray'
      readonly data: JsonValue
      readonly params?: JsonObject | undefined
    }
  | {
      /** Anything else. */
      readonly kind: 'json_object'
      readonly data: JsonValue
      readonly params?: JsonObject | undefined
    }

/** How an MLmodel file tells of its example. */
export interface InputExampleInfo {
  readonly artifact_path: string
  readonly type: string
  readonly pandas_orient?: string | undefined
  readonly serving_input_path?: string | undefined
  readonly params?: string | undefined
}

/** The example's file in a model folder, and the same as a request to a scoring server. */
const inputExampleFile = 'input_example.json'
const servingFile = 'serving_input_example.json'

/**
 * Writes an example as Python's client 2.22 and 3.17 reads it.
 *
 * @returns the entry of the MLmodel file, and the text of each file
 */
export function writeInputExample(example: InputExample): {
  readonly info: InputExampleInfo
  readonly files: Readonly<Record<string, string>>
} {
  const { kind, params } = example
  const data = kind === 'dataframe' ? table(example) : example.data
  const serving = {
    [kind === 'dataframe' ? 'dataframe_split' : 'inputs']: data,
    ...(params && { params }),
  }
  return {
    info: {
      artifact_path: inputExampleFile,
      ...(params && { params: 'true' }),
      ...(kind === 'dataframe' && { pandas_orient: example.columns === undefined ? 'values' : 'split' }),
      serving_input_path: servingFile,
      type: kind,
    },
    files: {
      [inputExampleFile]: JSON.stringify(params === undefined ? data : { inputs: data, params }),
      [servingFile]: JSON.stringify(serving, undefined, 2),
    },
  }
}

function table({ columns, data }: Extract<InputExample, { kind: 'dataframe' }>): JsonObject {
  return { ...(columns && { columns }), data }
}
