export { exampleManifestFacts, writeExampleBundle, type ExampleBundleOptions } from './example-bundle.ts'
