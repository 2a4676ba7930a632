import { expect, test } from '@jest/globals'
import { parseBlueprint, type Blueprint, type LeakageFinding } from '@claims/contracts'
import { applyLeakagePolicy } from '@claims/leakage'

const blocked: LeakageFinding = {
  column: 'PolicyNumber',
  kind: 'identifier',
  severity: 'block',
  action: 'reported',
  evidence: { distinct_share: 1 },
  message: 'PolicyNumber tells rows apart.',
}
const alsoBlocked: LeakageFinding = { ...blocked, kind: 'row_order', message: 'PolicyNumber counts.' }
const warning: LeakageFinding = { ...blocked, column: 'hobbies', severity: 'warning' }
const ofRows: LeakageFinding = { ...blocked, column: null, kind: 'row_order', severity: 'warning' }
const all = [blocked, alsoBlocked, warning, ofRows]

function blueprint(origin: 'explicit' | 'inferred', acceptLeak?: string): Blueprint {
  return parseBlueprint({
    format_version: 1,
    name: 'vehicle',
    origin,
    columns: [
      {
        name: 'PolicyNumber',
        role: 'numeric',
        type: 'number',
        ...(acceptLeak === undefined ? {} : { accept_leak: acceptLeak }),
      },
      { name: 'hobbies', role: 'categorical', type: 'category' },
      { name: 'fraud', role: 'label', type: 'number' },
    ],
    label: { column: 'fraud', positive: 1 },
    split: { kind: 'stratified' },
    candidates: [{ name: 'model', kind: 'logistic_regression' }],
    costs: { false_negative: 10, false_positive: 1, manual_review: 1 },
  })
}

test('an inferred blueprint excludes the blocked column and keeps the warned one', () => {
  const { findings, excluded } = applyLeakagePolicy(all, blueprint('inferred'))
  expect(excluded).toEqual(['PolicyNumber'])
  expect(findings.map(({ action }) => action)).toEqual(['excluded', 'excluded', 'kept', 'reported'])
})

test('a warning about an excluded column goes with it; an accepted one stays as it is', () => {
  const alsoWarned: LeakageFinding = { ...blocked, severity: 'warning', message: 'PolicyNumber is odd.' }
  const { findings } = applyLeakagePolicy([blocked, alsoWarned], blueprint('inferred'))
  expect(findings).toEqual([
    { ...blocked, action: 'excluded', message: 'PolicyNumber tells rows apart. It is excluded.' },
    { ...alsoWarned, action: 'excluded', message: 'PolicyNumber is odd. It is excluded.' },
  ])
  const kept = applyLeakagePolicy([blocked, alsoWarned, warning], blueprint('inferred', 'it is known'))
  expect(kept.findings).toEqual([
    { ...blocked, action: 'kept', message: 'PolicyNumber tells rows apart. Kept because: it is known' },
    { ...alsoWarned, action: 'kept' },
    { ...warning, action: 'kept' },
  ])
})

test('what stops is told column by column, with all that was found of it', () => {
  const other: LeakageFinding = {
    ...blocked,
    column: 'hobbies',
    kind: 'post_outcome_name',
    evidence: { words: 'hobbies', rate: 0.123456 },
    message: 'hobbies comes later.',
  }
  const stop = (findings: LeakageFinding[]): unknown => {
    try {
      return applyLeakagePolicy(findings, blueprint('explicit'))
    } catch (thrown) {
      return thrown
    }
  }
  expect(stop([blocked, other, alsoBlocked])).toMatchObject({
    message: expect.stringMatching(/^The features "PolicyNumber", "hobbies" are suspected to leak/),
    problems: [
      {
        field: 'PolicyNumber',
        problem:
          'identifier: PolicyNumber tells rows apart. (distinct_share 1) row_order: PolicyNumber counts. (distinct_share 1)',
      },
      {
        field: 'hobbies',
        problem: 'post_outcome_name: hobbies comes later. (words hobbies, rate 0.1235)',
      },
    ],
  })
  expect(stop([blocked])).toMatchObject({
    message: expect.stringMatching(/^The feature "PolicyNumber" is suspected to leak/),
  })
})

test('an explicit blueprint stops, naming column, evidence and both ways on', () => {
  expect(() => applyLeakagePolicy(all, blueprint('explicit'))).toThrow(
    expect.objectContaining({
      code: 'suspected_leak',
      message: expect.stringMatching(/PolicyNumber.*tells rows apart\..*"ignored".*"accept_leak": "reason"/),
      problems: [
        {
          field: 'PolicyNumber',
          problem: expect.stringContaining('distinct_share 1'),
          allowed: 'role "ignored", or "accept_leak": "reason"',
        },
      ],
    }),
  )
})

test('an accepted leak is kept with its reason, whatever the origin', () => {
  for (const origin of ['explicit', 'inferred'] as const) {
    const { findings, excluded } = applyLeakagePolicy(all, blueprint(origin, 'numbers are given by region'))
    expect(excluded).toEqual([])
    expect(findings[0]).toMatchObject({ action: 'kept' })
    expect(findings[0]?.message).toContain('numbers are given by region')
  }
})

test('warnings never stop', () => {
  expect(applyLeakagePolicy([warning, ofRows], blueprint('explicit')).excluded).toEqual([])
})
