/** Ends a test run with one line for programs: `12 passed, 0 failed`, and how many were skipped if any were. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests + results.numTodoTests
    const line = `${results.numPassedTests} passed, ${failed} failed`
    // Jest's own summary comes after every other reporter.
    process.once('exit', () => {
      process.stdout.write(`${skipped > 0 ? `${line}, ${skipped} skipped` : line}\n`)
    })
  }
}
