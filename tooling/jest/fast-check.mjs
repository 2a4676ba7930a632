import fc from '../../node_modules/fast-check/lib/fast-check.js'

// Property tests that state no seed draw from this one, so that a run says the same as the one before.
fc.configureGlobal({ seed: Number(process.env.CLAIMS_TESTS_SEED) })

export * from '../../node_modules/fast-check/lib/fast-check.js'
export default fc
