// @ts-check
// How `npm test` counts.

/** @typedef {{ passed: number, failed: number, skipped?: number }} Count */

/**
 * @typedef {{ status: string, message?: string, assertionResults: { status: string }[] }} FileResult
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: FileResult[] }} Report
 */

/**
 * Count what vitest's JSON report says. A file that fails outside its tests (it cannot be imported,
 * a hook throws) counts one failure, and so does a run that fails outside its files or runs nothing.
 *
 * @param {Report} report
 * @param {number} status vitest's exit status
 * @returns {Count}
 */
export function countTests(report, status) {
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  const isBroken = status !== 0 || report.numPassedTests === 0;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && isBroken ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {Count[]} counts
 * @returns {Required<Count>}
 */
export const sumOf = (counts) =>
  counts.reduce(
    /** @param {Required<Count>} sum */
    (sum, { passed, failed, skipped = 0 }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );

/**
 * The last line of `npm test`.
 *
 * @param {Required<Count>} count
 */
export const toLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
