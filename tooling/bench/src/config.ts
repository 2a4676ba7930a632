import { availableParallelism } from 'node:os'

/** Threads for training. */
export const threads: number = Number(process.env['CLAIMS_THREADS'] ?? availableParallelism())
/** Path of libxgboost, where not the default one. */
export const library: string | undefined = process.env['XGBOOST_LIBRARY']
/** A Python with pandas, scikit-learn and xgboost for the peers. */
export const python: string = process.env['BENCH_PYTHON'] ?? 'python3'
