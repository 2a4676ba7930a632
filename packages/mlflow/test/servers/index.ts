export { describeInstalled } from './describe-servers.ts'
export { gather } from './gather.ts'
export { startMlflow, type RunningMlflow } from './start-mlflow.ts'
