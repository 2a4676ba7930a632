export {
  createValidator,
  type ValidateOptions,
  type Validation,
  type ValidationPurpose,
  type Validator,
  type ValidatorOptions,
} from './validator.ts'
export { quarantineLines, type QuarantineSource } from './quarantine.ts'
export { assessQuality, type Quality, type QualityCounts } from './quality.ts'
export {
  createWarningSummary,
  describeWarning,
  summarizeFindings,
  type CountedFindings,
  type WarningSummary,
} from './summarize-findings.ts'
