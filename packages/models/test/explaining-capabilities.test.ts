import type { Matrix } from '@claims/frame'
import {
  logisticRegression,
  type ClassifierCapabilities,
  type ClassifierDefinition,
  type Contributions,
  type FittedClassifier,
} from '@claims/models'
import { describeClassifier } from '@claims/models/testing'

/** Logistic regression that says other things of its explanations. */
function explainingBy(
  capabilities: ClassifierCapabilities,
  contributions: (model: FittedClassifier, x: Matrix) => Contributions | undefined,
): ClassifierDefinition {
  const wrap = (model: FittedClassifier): FittedClassifier => ({
    kind: model.kind,
    capabilities,
    featureNames: model.featureNames,
    rounds: model.rounds,
    predictProba: (x) => model.predictProba(x),
    importance: () => model.importance(),
    save: () => model.save(),
    dispose: () => model.dispose(),
    ...(capabilities.explains === 'none' ? {} : { contributions: (x) => contributions(model, x)! }),
  })
  return {
    ...logisticRegression,
    capabilities,
    create: (parameters) => {
      const classifier = logisticRegression.create(parameters)
      return {
        kind: classifier.kind,
        capabilities,
        usesValidation: classifier.usesValidation,
        fit: async (x, y, options) => wrap(await classifier.fit(x, y, options)),
      }
    },
    load: async (source) => wrap(await logisticRegression.load(source)),
  }
}

/** Each row's probability less that of the base value, dealt by the share of the log-odds. */
function onProbabilities(model: FittedClassifier, x: Matrix): Contributions {
  const { values, rows, features } = model.contributions!(x)
  const probability = model.predictProba(x)
  const width = features + 1
  for (let row = 0; row < rows; row++) {
    const base = 1 / (1 + Math.exp(-values[row * width + features]!))
    let sum = 0
    for (let j = 0; j < features; j++) sum += values[row * width + j]!
    const scale = sum === 0 ? 0 : (probability[row]! - base) / sum
    for (let j = 0; j < features; j++) values[row * width + j]! *= scale
    values[row * width + features] = base
  }
  return { values, rows, features }
}

const { capabilities } = logisticRegression
describeClassifier('a kind without explanations', () =>
  explainingBy({ ...capabilities, explains: 'none', contributionScale: null }, () => undefined),
)
describeClassifier('a kind that estimates explanations on the scale of probabilities', () =>
  explainingBy(
    { ...capabilities, explains: 'approximate', contributionScale: 'probability' },
    onProbabilities,
  ),
)
