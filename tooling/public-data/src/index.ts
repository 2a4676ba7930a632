export { publicData } from './public-data-path.ts'
export { testOnPublicData } from './test-on-public-data.ts'
export { verdictOn, type Surroundings, type Verdict } from './verdict.ts'
