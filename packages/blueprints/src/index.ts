export { autoFraud } from './auto-fraud.ts'
export { claims } from './claims.ts'
export { blueprints, findBlueprint } from './find-blueprint.ts'
