export type { FitContext, FittedStep, Step, StepDefinition, StepState, Target } from './step.ts'
export {
  columnSelectorSchema,
  isFeatureColumn,
  selectColumns,
  type ColumnSelector,
} from './column-selector.ts'
