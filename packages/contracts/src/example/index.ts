export { exampleBundle, exampleManifestFacts, type ExampleBundleOptions } from './example-bundle.ts'
export { exampleEvaluation, type ExampleEvaluationOptions } from './example-evaluation.ts'
