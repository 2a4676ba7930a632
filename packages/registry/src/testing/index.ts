export {
  describeModelRegistry,
  type ModelRegistryFixture,
  type ModelRegistryUnsupported,
} from './describe-model-registry.ts'
