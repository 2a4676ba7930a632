import { describe, expect, test } from '@jest/globals'
import { claims, autoFraud } from '@claims/blueprints'
import { ClaimsError, parseBlueprint, type Blueprint, type StepSpecification } from '@claims/contracts'
import { classifierDefinitions } from '@claims/models'
import { compileBlueprint } from '../src/blueprint/compile-blueprint.ts'
import { stepDefinitions } from '@claims/scoring'
import { checkFile, train } from '../src/index.ts'

const kinds = { steps: stepDefinitions, catalog: classifierDefinitions() }
const [first] = claims.candidates
if (first === undefined) throw new TypeError('The blueprint has no candidate')

function withSteps(...steps: StepSpecification[]): Blueprint {
  return { ...claims, steps: [...claims.steps, ...steps] }
}

function refusal(blueprint: Blueprint): Pick<ClaimsError, 'code' | 'problems'> {
  try {
    compileBlueprint(blueprint, kinds)
  } catch (error) {
    if (error instanceof ClaimsError) return error
    throw error
  }
  throw new Error('It compiles')
}

describe('a blueprint is compiled before any data is read', () => {
  test.each([claims, autoFraud])('the blueprints at hand compile', (blueprint) => {
    expect(compileBlueprint(blueprint, kinds).candidates.map(({ candidate }) => candidate)).toEqual(
      blueprint.candidates,
    )
  })

  const broken: [string, Blueprint, string, string][] = [
    [
      'an unknown kind of the second candidate',
      { ...claims, candidates: [first, { ...first, name: 'second', kind: 'xgbost' }] },
      'invalid_blueprint',
      'candidates.second.kind',
    ],
    [
      'a bad parameter of the second candidate',
      {
        ...claims,
        candidates: [first, { ...first, name: 'second', kind: 'xgboost', parameters: { max_depth: 0 } }],
      },
      'invalid_blueprint',
      'candidates.second.parameters.max_depth',
    ],
    [
      'an unknown kind of step',
      withSteps({ kind: 'one_hott', parameters: {} }),
      'invalid_blueprint',
      `steps.${String(claims.steps.length)}.kind`,
    ],
    [
      'an output with the name of a column',
      {
        ...claims,
        steps: [
          {
            kind: 'log1p',
            parameters: { column: numberColumn(0), output: numberColumn(1) },
          },
        ],
      },
      'invalid_blueprint',
      'steps.0.parameters.output',
    ],
    [
      'two outputs of one name',
      {
        ...claims,
        steps: [
          { kind: 'log1p', parameters: { column: numberColumn(0), output: 'made' } },
          { kind: 'log1p', parameters: { column: numberColumn(1), output: 'made' } },
        ],
      },
      'invalid_blueprint',
      'steps.1.parameters.output',
    ],
    [
      'an output with the name of the label',
      {
        ...claims,
        steps: [{ kind: 'log1p', parameters: { column: numberColumn(0), output: claims.label.column } }],
      },
      'invalid_blueprint',
      'steps.0.parameters.output',
    ],
    [
      'a step that reads no column',
      { ...claims, steps: [{ kind: 'log1p', parameters: { column: 'amuont', output: 'made' } }] },
      'unknown_column',
      'steps.0',
    ],
  ]

  test.each(broken)('%s is refused', (_, blueprint, code, field) => {
    const { code: got, problems } = refusal(blueprint)
    expect({ code: got, field: problems[0]?.field }).toEqual({ code, field })
  })

  test.each(broken)('%s stops train and check although the data is not there', async (_, blueprint, code) => {
    const data = '/nowhere/claims.csv'
    await expect(
      train({ data, by: { blueprint }, out: '/nowhere/bundle', seed: 1, threads: 1 }),
    ).rejects.toMatchObject({ code })
    await expect(checkFile(data, blueprint, { seed: 1, now: new Date(0) })).rejects.toMatchObject({ code })
  })

  test('a step may put its result in the place of what it reads, and read what an earlier step made', () => {
    const column = numberColumn(0)
    const blueprint = parseBlueprint({
      ...claims,
      steps: [
        { kind: 'log1p', parameters: { column, output: column } },
        { kind: 'log1p', parameters: { column, output: 'made' } },
        { kind: 'log1p', parameters: { column: 'made', output: 'made_again' } },
      ],
    })
    expect(compileBlueprint(blueprint, kinds).blueprint).toBe(blueprint)
  })
})

function numberColumn(at: number): string {
  const found = claims.columns.filter(({ role }) => role === 'numeric')[at]
  if (found === undefined) throw new TypeError('The blueprint has too few numbers')
  return found.name
}
