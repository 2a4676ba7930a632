export { describeDataSource, type SuiteRecord } from './describe-data-source.ts'
