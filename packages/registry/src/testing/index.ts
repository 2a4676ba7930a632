export { exampleManifestFacts, writeExampleBundle, type ExampleBundleOptions } from './example-bundle.ts'
export {
  describeModelRegistry,
  type ModelRegistryFixture,
  type ModelRegistryUnsupported,
} from './describe-model-registry.ts'
