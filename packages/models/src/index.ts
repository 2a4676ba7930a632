export type {
  Classifier,
  ClassifierCapabilities,
  ClassifierDefinition,
  Contributions,
  FitOptions,
  FittedClassifier,
  LabelledMatrix,
} from './classifier.ts'
