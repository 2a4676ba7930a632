import { logisticRegression } from '@claims/models'
import { describeClassifier } from '@claims/models/testing'

describeClassifier('logistic regression', () => logisticRegression)
describeClassifier('logistic regression, lasso', () => logisticRegression, { parameters: { l1_ratio: 1, c: 0.5 } })
