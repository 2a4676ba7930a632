export { exampleManifestFacts, type ExampleBundleOptions } from '@claims/contracts/example'
export { writeExampleBundle } from './example-bundle.ts'
