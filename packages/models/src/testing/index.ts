export { describeClassifier, type ClassifierSuiteOptions } from './describe-classifier.ts'
export { logisticProblem, type LogisticProblem } from './logistic-problem.ts'
