import type { LedgerReport } from '@claims/registry'

/** How much was verified. */
export function countsText({ entries, sequences }: Pick<LedgerReport, 'entries' | 'sequences'>): string {
  return `${counted(entries, 'entry', 'entries')} in ${counted(sequences.length, 'sequence', 'sequences')}`
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
