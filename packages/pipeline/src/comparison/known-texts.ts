import type { ComparedBundle } from './compared-bundle.ts'
import type { PairedRows } from './pair-rows.ts'
import type { ScoredFile } from './scored-rows.ts'

/** What is to be said of the rows that a file and the models' trainings have in common, as sentences. */
export function fileTexts(
  { a, b }: { readonly a: ComparedBundle; readonly b: ComparedBundle },
  scored: { readonly a: ScoredFile; readonly b: ScoredFile },
  paired: PairedRows,
): string[] {
  const of = [
    { name: a.name, file: scored.a, fitted: paired.fitted.a },
    { name: b.name, file: scored.b, fitted: paired.fitted.b },
  ]
  return of.flatMap(({ name, file, fitted }) => [
    ...(file.fittedBy === null
      ? [`Which rows ${name} was fitted on cannot be told: its bundle was written before bundles said so.`]
      : []),
    ...(fitted === 0 ? [] : [`${counted(fitted, paired.shared)} were left out: ${name} was fitted on them.`]),
    ...(file.fittedBy === 'features' && file.knownRows?.exact === false && file.knownRows.beyond_chance
      ? [
          `${name} keeps a sample of its training rows: about ${(100 * file.knownRows.share).toFixed(1)} % of the rows are known to it, and those whose hash it did not keep could not be left out.`,
        ]
      : []),
  ])
}

/** That rows equal training rows in every feature, as sentences. */
export function equalTexts(
  { a, b }: { readonly a: ComparedBundle; readonly b: ComparedBundle },
  { known, target }: PairedRows,
): string[] {
  return (
    [
      [a, known.a],
      [b, known.b],
    ] as const
  ).flatMap(([{ name }, count]) =>
    count === 0
      ? []
      : [
          `${counted(count, target.length)} that are compared equal, in every feature, a row that ${name} was fitted on.`,
        ],
  )
}

function counted(some: number, all: number): string {
  return `${some.toLocaleString('en')} of ${all.toLocaleString('en')} rows`
}
