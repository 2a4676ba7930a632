import type { ColumnRole } from '@claims/contracts'
import type { Frame, FrameColumn, Random } from '@claims/frame'
import type { z } from 'zod'

/** What a step knows beside the rows it is fitted on. */
export interface FitContext {
  /** Role of each raw column; a column made by an earlier step has none and is a feature by its kind. */
  readonly roles: ReadonlyMap<string, ColumnRole>
  /** A stream of its own for each step. */
  readonly random: Random
  /** Group of each row (numbers may repeat), so that out-of-fold work keeps a group together. */
  readonly groups?: Int32Array | undefined
}

/** The table of columns of one frame, by name in order. */
export type Columns = Map<string, FrameColumn>

/** The label of the rows a step is fitted on: 0 or 1, length rows. */
export type Target = Uint8Array

/** Plain JSON that a fitted step is restored from. */
export type StepState = Readonly<Record<string, unknown>>

/** A step that has learnt. It is immutable and holds no reference to the rows it was fitted on. */
export interface FittedStep {
  readonly kind: string
  /**
   * The frame after this step. Works on any number of rows, one included, and treats every row alone: the same row
   * gives the same cells in any batch. Unknown levels and missing values have a stated destination.
   */
  transform(frame: Frame): Frame
  /**
   * The same on a table of columns that the caller owns: adds, replaces and deletes entries and never writes to a
   * column's arrays. It lets a chain of steps build one frame at its end instead of one per step.
   *
   * @param columns every column of length `rows`
   */
  apply(columns: Columns, rows: number): void
  /** Columns this step makes or replaces, each with the columns it is made of (as they were named before the step). */
  readonly outputs: ReadonlyMap<string, readonly string[]>
  /** Columns this step takes away. */
  readonly drops: readonly string[]
  /** Plain JSON, enough for `restore`. */
  toState(): StepState
}

/** A step before fitting: it holds parameters only. */
export interface Step {
  readonly kind: string
  /**
   * Learns from the rows and returns them transformed. A step that looks at the target returns OUT-OF-FOLD values
   * here, so this differs from `fitted.transform(frame)` on purpose.
   */
  fitTransform(
    frame: Frame,
    target: Target,
    context: FitContext,
  ): { readonly fitted: FittedStep; readonly frame: Frame }
}

/** A kind of step: how it is made from parameters and restored from state. Kinds are listed in tables, never registered by import. */
export interface StepDefinition {
  readonly kind: string
  /** Whether fitting looks at the target. */
  readonly usesTarget: boolean
  /** Parameters with their defaults. */
  readonly parameters: z.ZodType
  /** @throws ClaimsError `invalid_blueprint` when the parameters do not fit */
  create(parameters: unknown): Step
  /** @throws ClaimsError `damaged_bundle` when the state does not fit */
  restore(state: unknown): FittedStep
}
