import { gradientBoosting } from '@claims/models'
import { describeClassifier } from '@claims/models/testing'

describeClassifier('gradient boosting', () => gradientBoosting(), { parameters: { rounds: 80 } })
describeClassifier('gradient boosting, sampled', () => gradientBoosting(), {
  parameters: { rounds: 60, subsample: 0.8, colsample_bytree: 0.8 },
  unsupported: { 'integer weights equal repeated rows': 'row sampling draws other rows when rows repeat' },
})
