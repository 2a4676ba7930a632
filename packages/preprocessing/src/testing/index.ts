export { describeStep, type StepCase, type StepRule } from './step-suite.ts'
export { stepTable } from './step-table.ts'
