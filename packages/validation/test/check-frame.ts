import {
  parseBlueprint,
  validationReportSchema,
  type Blueprint,
  type BlueprintInput,
  type Finding,
} from '@claims/contracts'
import type { Frame } from '@claims/frame'
import { createValidator, type Validation, type ValidationPurpose } from '@claims/validation'

/** The moment that checks count from. */
export const now: Date = new Date('2026-03-01T12:00:00Z')

/** A blueprint of these columns and a label `fraud`. */
export function blueprintOf(
  columns: BlueprintInput['columns'],
  rest: Partial<BlueprintInput> = {},
): Blueprint {
  return parseBlueprint({
    format_version: 1,
    name: 'test',
    columns: [...columns, { name: 'fraud', role: 'label', type: 'boolean' }],
    label: { column: 'fraud', positive: true },
    split: { kind: 'stratified' },
    candidates: [{ name: 'model', kind: 'logistic_regression' }],
    costs: { false_negative: 10, false_positive: 1, manual_review: 1 },
    ...rest,
  })
}

/** A validation whose report keeps its contract; for scoring where nothing else is said. */
export function validate(
  made: Blueprint,
  frame: Frame,
  options: { purpose?: ValidationPurpose; findings?: Finding[]; unexpected?: string[] } = {},
): Validation {
  const { purpose = 'scoring', ...rest } = options
  const validation = createValidator(made).validate(frame, { now, purpose, ...rest })
  validationReportSchema.parse(validation.report)
  return validation
}

/** Row, field, rule and severity of each finding. */
export function brief(validation: Validation): string[] {
  return validation.findings.map(
    ({ row, field, rule, severity }) => `${String(row)} ${field} ${rule} ${severity}`,
  )
}
