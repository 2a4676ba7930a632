import type { CandidateEvaluation } from '@claims/contracts'

/** A candidate's name with what became of it. */
export function candidateLabel({ name, selected, stopped }: CandidateEvaluation): string {
  if (selected) return `${name} (selected)`
  return stopped === undefined ? name : `${name} (stopped)`
}

/** Sentences on what the figures of candidates are of, where not all are of all folds and rows. */
export function candidateNotes(candidates: readonly CandidateEvaluation[]): string[] {
  const sampled = candidates.find(({ sample_rows: rows }) => rows !== undefined)?.sample_rows
  return [
    ...candidates.flatMap(({ name, stopped }) =>
      stopped === undefined
        ? []
        : [
            `${name} was stopped after ${String(stopped.after_folds)} folds because it could not win: ${stopped.reason}.`,
          ],
    ),
    ...(sampled === undefined
      ? []
      : [
          `Candidates were compared on a stratified sample of ${sampled.toLocaleString('en')} training rows; the figures of the selected one are of all of them.`,
        ]),
  ]
}
