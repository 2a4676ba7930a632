export {
  exampleEvaluation,
  exampleManifestFacts,
  type ExampleBundleOptions,
  type ExampleEvaluationOptions,
} from '@claims/contracts/example'
export { writeExampleBundle } from './example-bundle.ts'
