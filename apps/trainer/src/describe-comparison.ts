import { metricNames, type Metric, type MetricName } from '@claims/contracts'
import type { BundleComparison } from '@claims/pipeline'

type Paired = NonNullable<BundleComparison['paired']>
const width = 20
/** Values are cut to it, and columns are as wide as what stands in them. */
const widest = 38
const mostListed = 8

/** A comparison as lines of one screen. */
export function describeComparison(compared: BundleComparison): string[] {
  const { a, b, paired, reason } = compared
  const facts = factRows(compared)
  const figures = paired === null ? ownRows(compared) : pairedRows(paired)
  const heads: Row = ['', tail(a.name), tail(b.name), paired === null ? '' : 'second less first']
  return [
    ...columns([heads, ...facts]),
    '',
    ...onLines(compared),
    ...(reason === null ? [] : [`${'not paired'.padEnd(width)}${reason}`]),
    ...(reason === null
      ? []
      : [
          `${''.padEnd(width)}figures stand side by side, each on its own test rows${compared.compared_on.kind === 'file' ? '' : '; --data FILE compares both on one file'}`,
        ]),
    ...columns(figures),
    ...(paired === null ? [] : ['', paired.verdict, ...costLines(paired)]),
    '',
    ...listLines('features', compared.features, (each) => each),
    ...listLines('columns read', compared.inputs, (each) => each),
    ...listLines('steps', compared.steps, (each) => JSON.stringify(each)),
    ...compared.warnings.map((warning) => `${'careful'.padEnd(width)}${warning}`),
  ]
}

type Row = readonly string[]

function factRows({ a, b, differences }: BundleComparison): Row[] {
  const row = (name: string, of: (side: BundleComparison['a']) => string): Row => [name, of(a), of(b), '']
  return [
    row('model', ({ model }) => model.candidate),
    row('trained', ({ created_at: at }) => at.slice(0, 10)),
    row('data', ({ data }) => `${data.source}, ${data.rows.toLocaleString('en')} rows`),
    row('sha256', ({ data }) => data.sha256.slice(0, 12)),
    row('event times', ({ data: { window } }) => (window === null ? '-' : `${window.from} to ${window.to}`)),
    row('threshold', ({ threshold }) => threshold.value.toFixed(4)),
    row('promotable', ({ promotable }) => (promotable ? 'yes' : 'no')),
    ...differences
      .filter(({ field }) => !shown.some((each) => field.startsWith(each)))
      .map(({ field, a: ofA, b: ofB }): Row => [field, valueText(ofA), valueText(ofB), '']),
  ]
}

/** Differences that stand in rows of their own, or say nothing to people. */
const shown = [
  'model.kind',
  'model.candidate',
  'data.',
  'threshold.value',
  'threshold.chosen_on',
  'library_versions',
]

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '-' : JSON.stringify(value)
}

function onLines({ compared_on: on, a, b }: BundleComparison): string[] {
  const line = (first: string, text: string): string => `${first.padEnd(width)}${text}`
  const count = (n: number): string => n.toLocaleString('en')
  if (on.kind === 'file') {
    return [
      line('compared on', `${count(on.compared)} of ${count(on.rows)} rows of ${on.source}`),
      ...(on.left_out.a + on.left_out.b === 0
        ? []
        : [
            line(
              '',
              `left out by checks: ${count(on.left_out.a)} of ${a.name}, ${count(on.left_out.b)} of ${b.name}`,
            ),
          ]),
    ]
  }
  const { used } = on
  if (used === null) return []
  return [
    line('compared on', `${count(on.compared)} rows that both were tested on and neither was fitted on`),
    ...(
      [
        [a, used.a, b],
        [b, used.b, a],
      ] as const
    ).map(([of, rows, other]) =>
      line(
        '',
        `${of.name}: ${count(rows.shared)} of ${count(rows.test_rows)} test rows${elsewhere(other.name, rows)}`,
      ),
    ),
  ]
}

/** What the other model did with the test rows that it was not tested on. */
function elsewhere(
  other: string,
  rows: { readonly other_was_fitted_on: number; readonly other_left_out: number },
): string {
  const { other_was_fitted_on: fitted, other_left_out: leftOut } = rows
  return [
    ...(fitted === 0 ? [] : [`; ${other} was fitted on ${fitted.toLocaleString('en')}`]),
    ...(leftOut === 0 ? [] : [`; ${other} neither tested nor fitted on ${leftOut.toLocaleString('en')}`]),
  ].join('')
}

function pairedRows({ metrics, level }: Paired): Row[] {
  const percent = `${String(Math.round(100 * level))} % interval`
  return [
    ['metric', '', '', `difference, ${percent} of each by itself`],
    ...metricNames.map((name): Row => {
      const { a, b, difference, interval, p_value: p, better } = metrics[name]
      const range =
        interval === null ? 'interval unknown' : `${signed(interval.lower)} to ${signed(interval.upper)}`
      const test = p === null ? '' : p < 0.001 ? ', p < 0.001' : `, p = ${p.toFixed(3)}`
      const mark = better === null ? '' : better === 'a' ? ' < first' : ' > second'
      return [title(name), figure(a), figure(b), `${signed(difference)} (${range}${test})${mark}`]
    }),
  ]
}

function ownRows({ a, b }: BundleComparison): Row[] {
  return [
    ['metric', '', '', ''],
    ...metricNames.map((name): Row => [
      title(name),
      figure(a.test.metrics[name]),
      figure(b.test.metrics[name]),
      '',
    ]),
  ]
}

function costLines({ cost, level, rows }: Paired): string[] {
  if (cost.reason !== null) return [`Cost is not compared: ${cost.reason}.`]
  const money = (amount: number): string => `${amount.toFixed(2)} ${cost.currency ?? ''}`.trim()
  const { lower, upper } = cost.interval
  return [
    `Cost of a claim, each at its own threshold, on ${rows.toLocaleString('en')} rows: ${money(cost.a)} and ${money(cost.b)}, a difference of ${money(cost.difference)} (${String(Math.round(100 * level))} % interval ${money(lower)} to ${money(upper)}).`,
  ]
}

function listLines<T>(
  name: string,
  {
    both,
    only_a: onlyA,
    only_b: onlyB,
  }: { readonly both: number; readonly only_a: readonly T[]; readonly only_b: readonly T[] },
  text: (each: T) => string,
): string[] {
  if (onlyA.length + onlyB.length === 0) return [`${name.padEnd(width)}the same ${both.toLocaleString('en')}`]
  const some = (list: readonly T[]): string =>
    list.slice(0, mostListed).map(text).join(', ') +
    (list.length > mostListed ? ` and ${String(list.length - mostListed)} more` : '')
  return [
    `${name.padEnd(width)}${both.toLocaleString('en')} in both, ${String(onlyA.length)} only in the first, ${String(onlyB.length)} only in the second`,
    ...(onlyA.length === 0 ? [] : [`${'  only first'.padEnd(width)}${some(onlyA)}`]),
    ...(onlyB.length === 0 ? [] : [`${'  only second'.padEnd(width)}${some(onlyB)}`]),
  ]
}

function title(name: MetricName): string {
  return name.replaceAll('_', ' ')
}

function figure({ value, lower, upper }: Metric): string {
  return `${value.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(4)}`
}

/** The end of a name that is too long, which is where paths differ. */
function tail(name: string): string {
  return name.length <= widest ? name : `…${name.slice(1 - widest)}`
}

/** Rows of cells, each column as wide as its widest cell. */
function columns(rows: readonly Row[]): string[] {
  const cut = rows.map((row) =>
    row.map((cell, i) => (i < 3 && cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell)),
  )
  const widths = [0, 1, 2].map((i) =>
    Math.max(i === 0 ? width - 2 : 26, ...cut.map((row) => row[i]?.length ?? 0)),
  )
  return cut.map((row) =>
    row
      .map((cell, i) => (i < 3 ? cell.padEnd((widths[i] ?? 0) + 2) : cell))
      .join('')
      .trimEnd(),
  )
}
