import { existsSync } from 'node:fs'

const placed = new URL('../../.claims/xgboost/xgboost/lib/libxgboost.so', import.meta.url).pathname
// The tests of a file run with the library that this variable names.
if (existsSync(placed)) process.env.XGBOOST_LIBRARY = placed
