export { exampleBundle, exampleManifestFacts, type ExampleBundleOptions } from './example-bundle.ts'
