import {
  columnOfRole,
  ClaimsError,
  columnSchema,
  parseBlueprint,
  type Blueprint,
  type Column,
  type Costs,
  type DataWarning,
} from '@claims/contracts'
import { examplesOf } from './column-reading.ts'
import { chosenByRows, defaultCandidates, defaultSteps, manyLevels } from './default-steps.ts'
import { inferColumn } from './infer-column.ts'
import { inferLabel, labelPosition } from './infer-label.ts'
import { nearestName } from './nearest-name.ts'
import { profileColumn, type ColumnProfile } from './profile-column.ts'
import type { RawTable } from './raw-table.ts'
import { timeProxies } from './time-proxies.ts'

/** What is known about the data. */
export interface InferBlueprintOptions {
  /** Name of the label column. */
  readonly label: string
  /** Its positive value, or `>` and a number; guessed for a label with two values. */
  readonly positive?: string | undefined
  /** Name of the column that identifies a row. */
  readonly id?: string | undefined
  /** Name of the date column that says when a row happened. */
  readonly time?: string | undefined
  /** Name of the column whose equal values must stay on one side of a split. */
  readonly entity?: string | undefined
  /** Name of the blueprint: lower-case letters, digits and hyphens. */
  readonly name?: string | undefined
  /** What errors and reviews cost; never guessed. */
  readonly costs?: Costs | undefined
  /** Values of the label that are negative; a value that is named nowhere is an error. */
  readonly negative?: readonly string[] | undefined
  /** Values of the label that say that the outcome is not known. */
  readonly missingLabel?: readonly string[] | undefined
  /** Decimal sign of columns whose cells leave it open. */
  readonly decimal?: 'point' | 'comma' | undefined
  /** Order of day, month and year in columns whose cells leave it open. */
  readonly dates?: 'dmy' | 'mdy' | 'ymd' | undefined
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
  /** One per column, in order; what can be read in two ways or almost is something else comes first. */
  readonly notes: InferenceNote[]
  /** What somebody should look at: near misses, columns left out as ambiguous, rows without an outcome. */
  readonly warnings: DataWarning[]
}

/**
 * Guesses a blueprint from the content and the names of columns.
 *
 * Numbers are numeric (two-valued ones too), texts are categories, dates dates, long texts text. A column that is
 * unique in every row is the identifier if it is the first, else ignored; constant, empty and mostly distinct columns
 * are ignored, and so is a number that is a monotone function of the event time; names that say "known after the outcome" make post_outcome columns, protected traits sensitive ones.
 * A model input without a missing cell is `required`: a file to score must have it in every row. The split keeps equal
 * entities together where an entity is named and is stratified otherwise. There are no costs unless they are given.
 * How numbers and dates are written is decided from all cells of a column and stored in it; what can be read in two ways
 * is asked for where it is the label or the named time, and left out with a warning elsewhere.
 *
 * @throws ClaimsError `label_absent`, `label_single_class`, `label_invalid`, `ambiguous_data`, `unknown_column`,
 *   `invalid_parameter`
 * @example
 * const { blueprint, notes } = inferBlueprint(await scanTable('claims.csv'), { label: 'fraud', positive: 'Y' })
 */
export function inferBlueprint(raw: RawTable, options: InferBlueprintOptions): InferredBlueprint {
  const labelAt = labelPosition(raw.names, options.label)
  checkNames(raw.names, options)
  const columns: Column[] = []
  const notes: InferenceNote[] = []
  const warnings: DataWarning[] = []
  const encoded: string[] = []
  let label: ReturnType<typeof inferLabel> | undefined
  raw.names.forEach((name, position) => {
    const profile = profileColumn(raw, position, { decimal: options.decimal, dates: options.dates })
    if (position === labelAt) {
      label = inferLabel(profile, options)
      warnings.push(...label.warnings)
      columns.push(columnOf({ name, role: 'label', type: label.type, missing_tokens: [...label.missing] }))
      notes.push({
        column: name,
        guess: `label ${label.type}`,
        reason: [label.reason, ...label.warnings.map(({ problem }) => problem)].join('; '),
      })
      return
    }
    if (name === options.time) checkDates(profile)
    const {
      column,
      reason,
      warnings: found,
    } = inferColumn(profile, {
      rows: raw.rows,
      label: options.label,
      id: options.id,
      time: options.time,
      entity: options.entity,
      idTaken: columns.some(({ role }) => role === 'id'),
    })
    columns.push(columnOf(column))
    warnings.push(...found)
    const levels = column.role === 'categorical' && column.type === 'category' ? profile.distinct : 0
    if (levels > manyLevels(raw.rows)) encoded.push(name)
    const because = levels > manyLevels(raw.rows) && levels <= manyLevels(0)
    notes.push({
      column: name,
      guess: `${column.role} ${column.type}`,
      reason:
        withTokens(reason, profile) +
        (because ? "; encoded by the label's rate, because of the many rows, not by a column per level" : ''),
    })
  })
  if (label === undefined) throw new TypeError('the label was not visited')
  leaveOutTimeProxies(raw, { columns, notes, warnings })
  const id = columnOfRole(columns, 'id')
  const blueprint = parseBlueprint({
    format_version: 1,
    name: options.name ?? nameOf(raw.lineage.source),
    description: `Inferred from ${raw.lineage.source}: ${String(raw.rows)} rows, ${String(raw.names.length)} columns.${chosenByRows(raw.rows)}`,
    origin: 'inferred',
    columns,
    label: {
      column: options.label,
      positive: label.positive,
      ...(label.negative === undefined ? {} : { negative: label.negative }),
      missing: [...label.missing],
    },
    reading: {
      ...(options.decimal === undefined ? {} : { decimal: options.decimal }),
      ...(options.dates === undefined ? {} : { dates: options.dates }),
    },
    unique_keys: id === undefined ? [] : [[id.name]],
    split: { kind: options.entity === undefined ? 'stratified' : 'grouped' },
    steps: defaultSteps(columns, { manyLevels: encoded }),
    candidates: defaultCandidates(raw.rows),
    costs: options.costs ?? null,
    fairness: { columns: columns.filter(({ role }) => role === 'sensitive').map(({ name }) => name) },
  })
  const open = new Set(warnings.map(({ field }) => field))
  open.delete(options.label)
  const rank = ({ column }: InferenceNote): number => (open.has(column) ? 0 : 1)
  return { blueprint, notes: notes.sort((a, b) => rank(a) - rank(b)), warnings }
}

/** A number that is the event time orders rows as no feature should: later rows have values that training never saw. */
function leaveOutTimeProxies(
  raw: RawTable,
  { columns, notes, warnings }: { columns: Column[]; notes: InferenceNote[]; warnings: DataWarning[] },
): void {
  const time = columnOfRole(columns, 'event_time')?.name ?? ''
  for (const { column: name, direction } of timeProxies(raw, columns)) {
    const at = columns.findIndex((column) => column.name === name)
    columns[at] = { ...columns[at]!, role: 'ignored', required: false }
    const reason = `${direction} with ${time} from every row to the next, ties apart: it is the event time, and of later rows training saw no value`
    notes[at] = { column: name, guess: `ignored ${columns[at].type}`, reason }
    warnings.push({
      field: name,
      code: 'time_proxy',
      problem: `${reason}; the column is left out`,
      rows: null,
      share: null,
      examples: [],
      severity: 'warning',
    })
  }
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
    if (key === 'time' && name === options.id)
      throw new ClaimsError('invalid_parameter', `time "${name}" is the id`, {
        problems: [{ field: key, problem: 'is the id', allowed: 'another column' }],
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
  const { name, dates } = profile
  if (dates.ambiguity !== undefined) {
    const { problem, allowed } = dates.ambiguity
    throw new ClaimsError('ambiguous_data', `time: the column "${name}" ${problem}`, {
      problems: [{ field: name, problem, allowed }],
    })
  }
  if (profile.dateShare >= 0.99) return
  const examples = examplesOf(profile.others.map(({ text }) => `"${text.trim()}"`)).join(', ')
  const problem = `"${name}" does not hold dates${examples === '' ? '' : `: ${examples}`}`
  throw new ClaimsError('invalid_parameter', `time: the column ${problem}`, {
    problems: [
      {
        field: 'time',
        problem,
        allowed: 'a column of dates in ISO 8601 or another form of docs/reading-data.md',
      },
    ],
  })
}

function withTokens(reason: string, { missingTokens }: ColumnProfile): string {
  if (missingTokens.length === 0) return reason
  const tokens = missingTokens.slice(0, 5).map(({ text, count }) => `"${text.trim()}" (${String(count)})`)
  return `${reason}; ${tokens.join(', ')} read as missing`
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
