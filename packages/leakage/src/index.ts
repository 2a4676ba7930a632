export { scanLeakage, type LeakageScanInput } from './scan-leakage.ts'
export { scanSplit, type SplitScanInput } from './scan-split.ts'
export { applyLeakagePolicy, type LeakageDecision } from './apply-leakage-policy.ts'
