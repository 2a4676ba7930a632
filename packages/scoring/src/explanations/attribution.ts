import { ClaimsError, type Blueprint } from '@claims/contracts'

/** Where features come from. */
export interface AttributionInput {
  /** Features in the order of the contributions. */
  readonly featureNames: readonly string[]
  /** Raw columns that each feature is made of; a feature without an entry is its own raw column. */
  readonly sources: Readonly<Record<string, readonly string[]>> | ReadonlyMap<string, readonly string[]>
  /** Columns of role `sensitive` are never named. */
  readonly blueprint: Pick<Blueprint, 'columns'>
}

/**
 * How features' contributions become raw columns' contributions. A feature made of several raw columns gives each an
 * equal share; sensitive columns get none and their share goes to the feature's other columns.
 */
export interface Attribution {
  /** Raw columns in order of first use, sensitive ones left out. */
  readonly columns: readonly string[]
  /** Feature j feeds entries `start[j]` ... `start[j + 1] - 1` of `column`, each with weight `weight[j]`. */
  readonly start: Uint32Array
  readonly column: Uint32Array
  readonly weight: Float64Array
}

/**
 * Compiles the attribution of a model's features to raw columns.
 *
 * @throws ClaimsError `invalid_parameter` when a feature is listed with no source
 */
export function compileAttribution({ featureNames, sources, blueprint }: AttributionInput): Attribution {
  const sensitive = new Set(blueprint.columns.filter((c) => c.role === 'sensitive').map((c) => c.name))
  const sourcesOf = (feature: string): readonly string[] => {
    const listed =
      sources instanceof Map
        ? (sources as ReadonlyMap<string, readonly string[]>).get(feature)
        : Object.hasOwn(sources, feature)
          ? (sources as Readonly<Record<string, readonly string[]>>)[feature]
          : undefined
    if (listed?.length === 0) {
      throw new ClaimsError('invalid_parameter', `Feature "${feature}" has no source column`, {
        problems: [{ field: `sources.${feature}`, problem: 'is empty', allowed: 'one raw column or more' }],
      })
    }
    return [...new Set(listed ?? [feature])].filter((name) => !sensitive.has(name))
  }
  const index = new Map<string, number>()
  const start = new Uint32Array(featureNames.length + 1)
  const weight = new Float64Array(featureNames.length)
  const column: number[] = []
  featureNames.forEach((feature, j) => {
    const named = sourcesOf(feature)
    for (const name of named) {
      if (!index.has(name)) index.set(name, index.size)
      column.push(index.get(name)!)
    }
    weight[j] = named.length === 0 ? 0 : 1 / named.length
    start[j + 1] = column.length
  })
  return { columns: [...index.keys()], start, column: Uint32Array.from(column), weight }
}

/**
 * Adds one row's contributions up by raw column.
 *
 * @param attribution compiled
 * @param contributions one row: a value per feature from `offset`; a base value after them is not read
 * @param into length attribution.columns.length, overwritten
 */
export function attributeRow(
  { start, column, weight }: Attribution,
  { values, offset }: { readonly values: ArrayLike<number>; readonly offset: number },
  into: Float64Array,
): void {
  into.fill(0)
  for (let j = 0; j < weight.length; j++) {
    const part = values[offset + j]! * weight[j]!
    for (let s = start[j]!; s < start[j + 1]!; s++) into[column[s]!] = into[column[s]!]! + part
  }
}
