import { echoValue, type Column, type Finding, type RowWarning } from '@claims/contracts'
import { describeName, isNearName, type DescribedName } from './near-name.ts'

/** Fields of records that no column knows. */
export interface UnknownFields {
  /** One finding per name with its count of rows, at most 100 names; the others together. */
  readonly findings: readonly Finding[]
  /** What is unknown in one record: near misses first, at most 20 names of each kind, the others as a count. */
  readonly ofRow: (row: number) => readonly RowWarning[]
}

type RecordObject = Readonly<Record<string, unknown>>

const mostNamed = 100
const mostOfRow = 20
/** Unknown names of one record that are compared with the known ones; the rest is only counted. */
const mostCompared = 1000
const mostMeasured = 32
const mostRemembered = 10_000
const longestCompared = 100
const otherFields = '(other fields)'
const allowed = 'the fields of the blueprint'
const notUsed = 'is no field of this use case and is not used'

interface KnownName {
  readonly described: DescribedName
  readonly column: Column
  readonly names: readonly string[]
}

interface NameFacts {
  readonly name: string
  near: readonly KnownName[]
  /** Whether typing errors were looked for. */
  isMeasured: boolean
  /** Whether it has a finding of its own. */
  readonly named: boolean
  rows: number
  meant: string | undefined
}

interface RowOfUnknown {
  readonly near: { readonly name: string; readonly meant: string }[]
  readonly plain: string[]
  more: number
}

/**
 * Prepares the search for unknown fields. A name is a near miss when it is that of a column which the record lacks, but
 * for case, `_`, `-`, `.` and blanks, or by the rule of `isNearName`.
 *
 * @param columns of the blueprint; those of role `ignored` are known but never meant
 * @returns a scan that takes time in proportion to the fields of the records and keeps a bounded number of names
 */
export function unknownFieldScan(
  columns: readonly Column[],
): (records: readonly RecordObject[]) => UnknownFields {
  const known = new Set<string>()
  const targets: KnownName[] = []
  for (const column of columns) {
    const names = [column.name, ...column.aliases.map((alias) => alias.name)]
    for (const name of names) known.add(name)
    if (column.role === 'ignored') continue
    for (const name of names) targets.push({ described: describeName(name), column, names })
  }
  return (records) => {
    const facts = new Map<string, NameFacts>()
    const named: NameFacts[] = []
    const byRow = new Map<number, RowOfUnknown>()
    let others = 0
    let rowsWithOthers = 0
    records.forEach((record, row) => {
      let found: RowOfUnknown | undefined
      let compared = 0
      let measured = 0
      let unnamed = false
      for (const name of Object.keys(record)) {
        let fact = facts.get(name)
        if (fact === undefined && known.has(name)) continue
        if (fact?.isMeasured !== true) {
          const isMeasured = measured < mostMeasured
          const isCompared = compared++ < mostCompared && name.length <= longestCompared
          if (isMeasured) measured++
          if (fact === undefined) {
            fact = { name, near: [], rows: 0, meant: undefined, named: named.length < mostNamed, isMeasured }
            if (fact.named) named.push(fact)
            if (fact.named || (isMeasured && facts.size < mostRemembered)) facts.set(name, fact)
          }
          fact.isMeasured = isMeasured
          if (isCompared) fact.near = nearNames(name, targets, isMeasured)
        }
        found ??= { near: [], plain: [], more: 0 }
        const meant =
          fact.near.length === 0
            ? undefined
            : fact.near.find(({ names }) => !names.some((each) => Object.hasOwn(record, each)))?.column.name
        if (meant !== undefined && found.near.length < mostOfRow) found.near.push({ name, meant })
        else if (meant === undefined && found.plain.length < mostOfRow) found.plain.push(name)
        else found.more++
        if (fact.named) {
          fact.rows++
          fact.meant ??= meant
        } else {
          others++
          unnamed = true
        }
      }
      if (unnamed) rowsWithOthers++
      if (found !== undefined) byRow.set(row, found)
    })
    return {
      findings: [...named.map(nameFinding), ...(others === 0 ? [] : [othersFinding(others, rowsWithOthers)])],
      ofRow: (row) => warningsOf(byRow.get(row)),
    }
  }
}

/** Known names that a name may stand for. @param measure whether to look for typing errors too */
function nearNames(name: string, targets: readonly KnownName[], measure: boolean): readonly KnownName[] {
  const wanted = describeName(name)
  const equal = targets.filter(({ described }) => described.plain === wanted.plain)
  if (equal.length > 0 || !measure) return equal
  return targets.filter(({ described }) => isNearName(wanted, described))
}

function nearProblem(meant: string): string {
  return `${notUsed} (did you mean "${echoValue(meant)}"?)`
}

function nameFinding({ name, rows, meant }: NameFacts): Finding {
  return {
    row: null,
    rows,
    field: echoValue(name),
    value: null,
    rule: meant === undefined ? 'unexpected' : 'near_miss_field',
    problem: meant === undefined ? notUsed : nearProblem(meant),
    allowed,
    severity: 'warning',
  }
}

function othersFinding(values: number, rows: number): Finding {
  return {
    row: null,
    rows,
    field: otherFields,
    value: null,
    rule: 'unexpected',
    problem: `are no fields of this use case and are not used: ${String(values)} further values`,
    allowed,
    severity: 'warning',
  }
}

function warningsOf(found: RowOfUnknown | undefined): readonly RowWarning[] {
  if (found === undefined) return []
  return [
    ...found.near.map(({ name, meant }) => ({
      field: echoValue(name),
      code: 'near_miss_field',
      problem: nearProblem(meant),
    })),
    ...found.plain.map((name) => ({ field: echoValue(name), code: 'unexpected', problem: notUsed })),
    ...(found.more === 0
      ? []
      : [
          {
            field: otherFields,
            code: 'unexpected',
            problem: `are no fields of this use case and are not used: ${String(found.more)} further fields`,
          },
        ]),
  ]
}
