export { featureSteps } from './feature-steps.ts'
