import { ClaimsError, type Blueprint } from '@claims/contracts'
import { autoFraud } from './auto-fraud.ts'
import { claims } from './claims.ts'

/** The built-in blueprints, by name. */
export const blueprints: ReadonlyMap<string, Blueprint> = new Map(
  [claims, autoFraud].map((blueprint) => [blueprint.name, blueprint]),
)

/**
 * A built-in blueprint.
 *
 * @param name such as `claims` or `auto-fraud`
 * @returns the blueprint
 * @throws ClaimsError `invalid_blueprint` naming those that exist
 * @example
 * findBlueprint('claims').label.column // 'is_high_risk'
 */
export function findBlueprint(name: string): Blueprint {
  const blueprint = blueprints.get(name)
  if (blueprint === undefined) {
    const allowed = [...blueprints.keys()].join(', ')
    throw new ClaimsError(
      'invalid_blueprint',
      `There is no built-in blueprint "${name}"; there are ${allowed}, or name a JSON file`,
      {
        problems: [{ field: 'blueprint', problem: `"${name}" is neither built in nor a file`, allowed }],
      },
    )
  }
  return blueprint
}
