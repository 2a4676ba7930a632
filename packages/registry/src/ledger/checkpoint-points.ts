import type { SignedCheckpoint } from './checkpoint.ts'
import type { SequenceCheck } from './sequence-check.ts'

/** What a checkpoint says of a sequence. */
export interface CheckpointPoint {
  readonly position: number
  readonly sha256: string
  /** The checkpoint, for people. */
  readonly checkpoint: string
}

/** What checkpoints say, by the name of the sequence. @param checkpoints whose signatures hold */
export function pointsByName(
  checkpoints: readonly SignedCheckpoint[],
): ReadonlyMap<string, readonly CheckpointPoint[]> {
  const points = new Map<string, CheckpointPoint[]>()
  for (const { created_at, entries } of checkpoints)
    for (const { name, position, sha256 } of entries) {
      const point = { position, sha256, checkpoint: `the checkpoint of ${created_at}` }
      const known = points.get(name)
      if (known === undefined) points.set(name, [point])
      else known.push(point)
    }
  return points
}

/** What signed checkpoints say of one sequence, compared with its rows as they come. */
export class CheckpointPoints {
  readonly #points: readonly CheckpointPoint[]
  readonly #positions: ReadonlySet<number>

  /** @param points of the sequence */
  constructor(points: readonly CheckpointPoint[]) {
    this.#points = points
    this.#positions = new Set(points.map(({ position }) => position))
  }

  /** Compares the last row of a check. */
  compare({ position, sha256, problems }: SequenceCheck): void {
    if (!this.#positions.has(position)) return
    for (const point of this.#points)
      if (point.position === position && point.sha256 !== sha256)
        problems.add(
          'rewritten_sequence',
          position,
          `has another hash than in ${point.checkpoint}: this row or one before it was rewritten`,
        )
  }

  /** Compares where a sequence ends. @param end position of its last row, or of the one that it had when it was dropped */
  compareEnd(check: SequenceCheck, end: number): void {
    for (const { position, checkpoint } of this.#points)
      if (position > end)
        check.problems.add(
          end === 0 ? 'missing_sequence' : 'shortened_sequence',
          end === 0 ? null : end + 1,
          end === 0
            ? `is not there, and had ${String(position)} entries in ${checkpoint}`
            : `and what follows up to row ${String(position)} is in ${checkpoint}, and not here`,
        )
  }

  /** Compares what is recorded of a dropped sequence. */
  compareDropped(
    check: SequenceCheck,
    { position, sha256 }: Pick<CheckpointPoint, 'position' | 'sha256'>,
  ): void {
    for (const point of this.#points)
      if (point.position === position && point.sha256 !== sha256)
        check.problems.add(
          'rewritten_sequence',
          position,
          `had another hash when it was dropped than in ${point.checkpoint}`,
        )
    this.compareEnd(check, position)
  }
}
