/** One number beside its peer or its limit. */
export interface Measurement {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the value is compared with, where there is a peer. */
  readonly peer?: { readonly name: string; readonly value: number }
  /** The number that the limit is on: the value, or its ratio to the peer. */
  readonly judged: number
  readonly limit: { readonly at: 'most' | 'least'; readonly value: number }
  readonly passed: boolean
  readonly note?: string
}

/** A measurement judged against its limit. */
export function judge(measurement: Omit<Measurement, 'judged' | 'passed'>): Measurement {
  const judged =
    measurement.peer === undefined ? measurement.value : measurement.value / measurement.peer.value
  const passed =
    measurement.limit.at === 'most' ? judged <= measurement.limit.value : judged >= measurement.limit.value
  return { ...measurement, judged, passed }
}

/** The measurements as a table for a person. */
export function tableOf(measurements: readonly Measurement[]): string {
  const rows = [
    ['measurement', 'value', 'peer', 'judged', 'limit', ''],
    ...measurements.map((each) => [
      each.name,
      `${shown(each.value)} ${each.unit}`,
      each.peer === undefined ? '-' : `${shown(each.peer.value)} ${each.unit} (${each.peer.name})`,
      shown(each.judged),
      `at ${each.limit.at} ${shown(each.limit.value)}`,
      each.passed ? 'ok' : 'MISSED',
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function shown(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
