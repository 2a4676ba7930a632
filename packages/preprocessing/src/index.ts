export type { Columns, FitContext, FittedStep, Step, StepDefinition, StepState, Target } from './step.ts'
export {
  columnSelectorSchema,
  isFeatureColumn,
  selectColumns,
  selectColumnsOf,
  type ColumnSelector,
} from './column-selector.ts'
export { defineStep, type FitInput, type StepBehaviour, type StepRecipe } from './define-step.ts'
export {
  createSteps,
  fitSteps,
  restoreSteps,
  type FitStepsInput,
  type FittedSteps,
  type SavedStep,
} from './fit-steps.ts'
export { preprocessingSteps } from './preprocessing-steps.ts'
export { readCategory, readColumn, readNumbers, readTexts, readTimestamps } from './read-column.ts'
export { tokenize } from './tokenize.ts'
export { freeName } from './free-name.ts'
