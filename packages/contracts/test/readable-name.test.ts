import { expect, test } from '@jest/globals'
import { readableName } from '@claims/contracts'

test('names become words', () => {
  expect(
    ['claim_amount', 'AgeOfVehicle', 'capital-gains', 'policy_csl', 'ID_number'].map(readableName),
  ).toEqual(['Claim amount', 'Age of vehicle', 'Capital gains', 'Policy csl', 'ID number'])
})
