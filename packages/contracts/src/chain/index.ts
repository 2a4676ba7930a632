export { chainLines } from './chain-lines.ts'
export { checkLine, type ChainProblem, type CheckedLine } from './check-line.ts'
