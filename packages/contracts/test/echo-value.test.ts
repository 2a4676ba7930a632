import { expect, test } from '@jest/globals'
import { columnRoles, columnRoleSchema, echoValue } from '@claims/contracts'

test('a value is repeated up to 200 characters, and no character is cut apart', () => {
  expect(echoValue('x'.repeat(200))).toHaveLength(200)
  const cut = echoValue('x'.repeat(1e6))
  expect(cut).toBe(`${'x'.repeat(199)}…`)
  for (let shift = 0; shift < 2; shift++) {
    const text = echoValue(`${'x'.repeat(shift)}${'😀'.repeat(300)}`)
    expect(text.length).toBeLessThanOrEqual(200)
    expect(encodeURIComponent(text)).toContain('%E2%80%A6')
  }
  expect([echoValue(5), echoValue(true), echoValue(null)]).toEqual([5, true, null])
})

test('every role has its facts, and no feature is closed to steps', () => {
  expect(Object.keys(columnRoles).sort()).toEqual([...columnRoleSchema.options].sort())
  for (const { isFeature, stepsMayRead } of Object.values(columnRoles))
    if (isFeature) expect(stepsMayRead).toBe(true)
})
