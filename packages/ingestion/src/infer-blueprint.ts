import {
  ClaimsError,
  columnSchema,
  parseBlueprint,
  type Blueprint,
  type Column,
  type Costs,
} from '@claims/contracts'
import { defaultCandidates, defaultSteps } from './default-steps.ts'
import { inferColumn, manyLevels } from './infer-column.ts'
import { inferLabel, labelPosition } from './infer-label.ts'
import { nearestName } from './nearest-name.ts'
import { profileColumn, type ColumnProfile } from './profile-column.ts'
import type { RawTable } from './raw-table.ts'

/** What is known about the data. */
export interface InferBlueprintOptions {
  /** Name of the label column. */
  readonly label: string
  /** Its positive value, or `>` and a number; guessed for a label with two values. */
  readonly positive?: string
  /** Name of the column that identifies a row. */
  readonly id?: string
  /** Name of the date column that says when a row happened. */
  readonly time?: string
  /** Name of the column whose equal values must stay on one side of a split. */
  readonly entity?: string
  /** Name of the blueprint: lower-case letters, digits and hyphens. */
  readonly name?: string
  /** What errors and reviews cost; never guessed. */
  readonly costs?: Costs
}

/** A guess about a column and why. */
export interface InferenceNote {
  readonly column: string
  /** Role and type. */
  readonly guess: string
  readonly reason: string
}

/** A blueprint and the guesses in it. */
export interface InferredBlueprint {
  readonly blueprint: Blueprint
  /** One per column, in order. */
  readonly notes: InferenceNote[]
}

/**
 * Guesses a blueprint from the content and the names of columns.
 *
 * Numbers are numeric (two-valued ones too), texts are categories, dates dates, long texts text. A column that is
 * unique in every row is the identifier if it is the first, else ignored; constant, empty and mostly distinct columns
 * are ignored; names that say "known after the outcome" make post_outcome columns, protected traits sensitive ones.
 * A model input without a missing cell is `required`: a file to score must have it in every row. The split keeps equal
 * entities together where an entity is named and is stratified otherwise. There are no costs unless they are given.
 *
 * @param raw from `scanTable`
 * @throws ClaimsError `label_absent`, `label_single_class`, `label_invalid`, `unknown_column`, `invalid_parameter`
 * @example
 * const { blueprint, notes } = inferBlueprint(await scanTable('claims.csv'), { label: 'fraud', positive: 'Y' })
 */
export function inferBlueprint(raw: RawTable, options: InferBlueprintOptions): InferredBlueprint {
  const labelAt = labelPosition(raw.names, options.label)
  checkNames(raw.names, options)
  const columns: Column[] = []
  const notes: InferenceNote[] = []
  const encoded: string[] = []
  let label: ReturnType<typeof inferLabel> | undefined
  raw.names.forEach((name, position) => {
    const profile = profileColumn(raw, position)
    if (position === labelAt) {
      label = inferLabel(profile, options.positive)
      columns.push(
        columnOf({ name, role: 'label', type: label.type, missing_tokens: [...profile.missingTokens] }),
      )
      notes.push({ column: name, guess: `label ${label.type}`, reason: label.reason })
      return
    }
    if (name === options.time) checkDates(profile)
    const { column, reason } = inferColumn(profile, {
      rows: raw.rows,
      label: options.label,
      id: options.id,
      time: options.time,
      entity: options.entity,
      idTaken: columns.some(({ role }) => role === 'id'),
    })
    columns.push(columnOf(column))
    notes.push({ column: name, guess: `${column.role} ${column.type}`, reason: withTokens(reason, profile) })
    if (column.role === 'categorical' && profile.distinct > manyLevels) encoded.push(name)
  })
  if (label === undefined) throw new TypeError('the label was not visited')
  const id = columns.find(({ role }) => role === 'id')
  const blueprint = parseBlueprint({
    format_version: 1,
    name: options.name ?? nameOf(raw.lineage.source),
    description: `Inferred from ${raw.lineage.source}: ${String(raw.rows)} rows, ${String(raw.names.length)} columns.`,
    origin: 'inferred',
    columns,
    label: {
      column: options.label,
      positive: label.positive,
      ...(label.negative === undefined ? {} : { negative: label.negative }),
    },
    unique_keys: id === undefined ? [] : [[id.name]],
    split: { kind: options.entity === undefined ? 'stratified' : 'grouped' },
    steps: defaultSteps(columns, { manyLevels: encoded }),
    candidates: defaultCandidates(),
    costs: options.costs ?? null,
    fairness: { columns: columns.filter(({ role }) => role === 'sensitive').map(({ name }) => name) },
  })
  return { blueprint, notes }
}

function columnOf(input: Partial<Column> & Pick<Column, 'name' | 'role' | 'type'>): Column {
  return columnSchema.parse(input)
}

function checkNames(names: readonly string[], options: InferBlueprintOptions): void {
  for (const key of ['id', 'time', 'entity'] as const) {
    const name = options[key]
    if (name === undefined) continue
    if (name === options.label)
      throw new ClaimsError('invalid_parameter', `${key} "${name}" is the label`, {
        problems: [{ field: key, problem: 'is the label', allowed: 'another column' }],
      })
    if (names.includes(name)) continue
    const near = nearestName(name, names)
    throw new ClaimsError('unknown_column', `${key}: there is no column "${name}"`, {
      problems: [
        {
          field: key,
          problem: `"${name}" does not exist${near === undefined ? '' : `; did you mean "${near}"?`}`,
          allowed: names.join(', '),
        },
      ],
    })
  }
}

function checkDates(profile: ColumnProfile): void {
  if (profile.dateShare >= 0.99) return
  throw new ClaimsError('invalid_parameter', `time: the column "${profile.name}" does not hold dates`, {
    problems: [
      {
        field: 'time',
        problem: `"${profile.name}" does not hold dates`,
        allowed: 'a column of dates YYYY-MM-DD or ISO 8601 date-times',
      },
    ],
  })
}

function withTokens(reason: string, profile: ColumnProfile): string {
  if (profile.missingTokens.length === 0) return reason
  return `${reason}; ${profile.missingTokens.map((token) => `"${token}"`).join(', ')} read as missing`
}

/** A blueprint's name from a file's name. */
function nameOf(source: string): string {
  const plain = source
    .toLowerCase()
    .replace(/\.(gz|csv|tsv|txt|jsonl?|ndjson|parquet)(?=\.|$)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return plain === '' ? 'inferred' : plain
}
