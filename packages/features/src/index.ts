export { featureSteps } from './feature-steps.ts'
export {
  applyLeakagePolicy,
  scanLeakage,
  scanSplit,
  type LeakageDecision,
  type LeakageScanInput,
  type SplitScanInput,
} from './leakage/index.ts'
