import fc from 'fast-check'
import { expect, test } from '@jest/globals'

const fails = process.env['CLAIMS_TESTS_FAIL'] === 'yes'

// property-seed.integration.test.ts runs this with the wish to fail, and reads what it says.
test('a property says its seed when it fails', () => {
  const check = (): void => fc.assert(fc.property(fc.nat(), (x) => x < 0))
  if (fails) check()
  else expect(check).toThrow(/\{ seed: -?\d+, path: "/)
})
