import type { JsonValue } from './json-value.ts'

/** MLflow's data types: 32-bit `integer` and `float`, 64-bit `long` and `double`. */
export type DataType = 'boolean' | 'integer' | 'long' | 'float' | 'double' | 'string' | 'binary' | 'datetime'

/** The type of a column, a property or an element. */
export type ColumnType =
  | DataType
  /** Anything, also nothing. */
  | 'any'
  | 'sparkml_vector'
  | { readonly array: ColumnType }
  | { readonly map: ColumnType }
  | { readonly object: readonly Property[] }

/** A property of an object. */
export interface Property {
  readonly name: string
  readonly type: ColumnType
  /** Default true. */
  readonly required?: boolean | undefined
}

/** A column of a table; either all columns have a name or none has. */
export interface ColumnSpec {
  readonly name?: string | undefined
  readonly type: ColumnType
  /** Whether the column may not be left out. Default true. */
  readonly required?: boolean | undefined
}

/** An array of numbers. */
export interface TensorSpec {
  readonly name?: string | undefined
  readonly type: 'tensor'
  /** NumPy's name of the element type, such as `float32`. */
  readonly dtype: string
  /** Sizes; -1 where any size will do, as for the rows. */
  readonly shape: readonly number[]
}

/** A parameter that a caller may give when predicting. */
export interface ParamSpec {
  readonly name: string
  readonly type: DataType | { readonly object: readonly Property[] }
  readonly default: JsonValue
  /** `[-1]` for a list, else nothing. */
  readonly shape?: readonly [-1] | undefined
}

/** Columns or tensors, never both. */
export type DataSchema = readonly ColumnSpec[] | readonly TensorSpec[]

/** What a model takes and what it answers. */
export interface ModelSignature {
  readonly inputs?: DataSchema | undefined
  readonly outputs?: DataSchema | undefined
  readonly params?: readonly ParamSpec[] | undefined
}
