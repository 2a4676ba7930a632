export { describeStep, type StepCase, type StepRule } from './step-suite.ts'
